// The window graph as it is sent to ComfyUI: the same graphs that were recorded on a real server, except for node ids and file
// names.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { postedGraphs, readRecording } from '../../test/comfyui/conformance/recording.ts'
import { bindWindow } from './bind-window.ts'
import { type Graph, isLink, type JsonValue } from './graph.ts'
import { createTemplate } from './template.ts'

const FOLDER = join(import.meta.dirname, '../../workflows')
const readJson = (name: string): unknown =>
  JSON.parse(readFileSync(join(FOLDER, `${name}.json`), 'utf8'))
const template = createTemplate(
  'I2V_window',
  readJson('I2V_window'),
  readJson('I2V_window.bindings'),
)
const recorded = postedGraphs(readRecording('0.33.0', 'n5_native_turned_track')) as Graph[]

/** Describes each node by its class and its inputs, along its links: node ids do not count. */
function unnamed(graph: Graph): readonly string[] {
  const shapeOf = (id: string): JsonValue => {
    const { class_type, inputs } = graph[id]!
    const shapes = Object.entries(inputs).map(([name, value]): [string, JsonValue] => [
      name,
      isLink(value) ? [shapeOf(value[0]), value[1]] : value,
    ])
    return [class_type, Object.fromEntries(shapes.toSorted(([a], [b]) => (a < b ? -1 : 1)))]
  }
  return Object.keys(graph)
    .map((id) => JSON.stringify(shapeOf(id)))
    .toSorted()
}

const COMMON = {
  image: 'job5/face.png',
  audio: 'job5/track.wav',
  prompt: 'a woman talks',
  width: 64,
  height: 64,
  window_frames: 81,
  motion_frames: 9,
  handover_from: 72,
  steps: 2,
  cfg: 1,
  audio_scale: 1,
}

it('is the recorded graph of a first window, without a window before it and with the voice as it is', () => {
  const graph = bindWindow(template, {
    ...COMMON,
    seed: 901,
    audio_turn: 0,
    filename_prefix: 'job5/w001-frame',
    handover_prefix: 'job5/w001-last9',
  })
  // The recorded graph also asks the node which frames are new: all of them.
  const whole = {
    ...graph,
    '62': { ...graph['62']!, inputs: { ...graph['62']!.inputs, images: ['60', 0] } },
  }
  const used = Object.fromEntries(Object.entries(whole).filter(([id]) => id !== '61'))
  expect(unnamed(used as Graph)).toEqual(unnamed(recorded[0]!))
})

it.each([2, 3])('is the recorded graph of window %i', (number) => {
  const graph = bindWindow(template, {
    ...COMMON,
    seed: 900 + number,
    audio_turn: 2.88 * (number - 1),
    previous_frames: `job5/w00${number - 1}-last9_00001_.png [output]`,
    filename_prefix: `job5/w00${number}-frame`,
    handover_prefix: `job5/w00${number}-last9`,
  })
  expect(unnamed(graph)).toEqual(unnamed(recorded[number - 1]!))
})

it('saves nothing for a next window where there is none', () => {
  const graph = bindWindow(template, { ...COMMON, audio_turn: 0, filename_prefix: 'x' })
  const classes = Object.values(graph).map(({ class_type }) => class_type)
  expect(classes).not.toContain('SaveAnimatedPNG')
  expect(classes.filter((name) => name === 'ImageFromBatch')).toHaveLength(1)
})

it('puts LoRAs of the request between the one of the graph and the window', () => {
  const loras = [
    { name: 'a.safetensors', strength: 0.5 },
    { name: 'b.safetensors', strength: 1 },
  ]
  const graph = bindWindow(template, { ...COMMON, audio_turn: 0, loras })
  const talk = Object.values(graph).find((node) => node.class_type === 'WanInfiniteTalkToVideo')!
  const last = graph[String((talk.inputs.model as readonly JsonValue[])[0])]!
  expect(last).toMatchObject({
    class_type: 'LoraLoaderModelOnly',
    inputs: { lora_name: 'b.safetensors', strength_model: 1 },
  })
  const first = graph[String((last.inputs.model as readonly JsonValue[])[0])]!
  expect(first.inputs).toMatchObject({ lora_name: 'a.safetensors', model: ['11', 0] })
})
