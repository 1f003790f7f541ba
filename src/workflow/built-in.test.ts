// The graphs of workflows/ as data: the traps they must avoid, and the node ids that older clients know.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { bind, unboundParameters } from './bind.ts'
import { parseBindingsTable } from './bindings-table.ts'
import { type Graph, isLink } from './graph.ts'
import { PARAMETER_NAMES } from './parameters.ts'
import { createTemplate, defaultTemplateName, type Template } from './template.ts'

const FOLDER = join(import.meta.dirname, '../../workflows')
const readJson = (name: string): unknown =>
  JSON.parse(readFileSync(join(FOLDER, `${name}.json`), 'utf8'))
const table = parseBindingsTable(readJson('bindings'), 'bindings.json')
const templates = new Map(
  (['image', 'video'] as const).flatMap((inputType) =>
    ([1, 2] as const).map((speakers): [string, Template] => {
      const name = defaultTemplateName(inputType, speakers)
      return [name, createTemplate(name, readJson(name), table.get(name))]
    }),
  ),
)

describe.each([...templates])(
  '%s',
  (name, { graph, bindings, inputType, speakers, outputNode }) => {
    const inputsOf = (id: string) => graph[id]!.inputs

    it('takes what its name says', () => {
      expect(defaultTemplateName(inputType, speakers)).toBe(name)
    })

    it('has the node ids that clients of earlier services know', () => {
      const classes = {
        '125': 'LoadAudio',
        '128': 'WanVideoSampler',
        '131': 'VHS_VideoCombine',
        '192': 'WanVideoImageToVideoMultiTalk',
        '194': 'MultiTalkWav2VecEmbeds',
        '241': 'WanVideoTextEncodeCached',
        '245': 'INTConstant',
        '246': 'INTConstant',
        '270': 'INTConstant',
        ...(inputType === 'image' ? { '284': 'LoadImage' } : { '228': 'VHS_LoadVideo' }),
        ...(speakers === 2 ? { [inputType === 'image' ? '307' : '313']: 'LoadAudio' } : {}),
      }
      const given = Object.keys(classes).map((id) => [id, graph[id]?.class_type])
      expect(Object.fromEntries(given)).toEqual(classes)
      expect(outputNode).toBe('131')
    })

    it('has no node that its video does not need', () => {
      expect([...neededFor(outputNode, graph)].sort()).toEqual(Object.keys(graph).sort())
    })

    it('has nothing that downloads, that needs an optional package or that writes down the request', () => {
      const classes = Object.values(graph).map((node) => node.class_type)
      expect(classes).not.toContain('PreviewAny')
      expect(classes).not.toContain('DownloadAndLoadWav2VecModel')
      expect(inputsOf('122').attention_mode).toBe('sdpa')
      expect(inputsOf('192').colormatch).toBe('disabled')
      expect(inputsOf('131')).toMatchObject({ save_metadata: false, save_output: false })
    })

    it('runs at 25 frames a second throughout', () => {
      expect(inputsOf('131').frame_rate).toBe(25)
      expect(inputsOf('194').fps).toBe(25)
      if (inputType === 'video')
        expect(inputsOf('228')).toMatchObject({ force_rate: 25, format: 'Wan' })
    })

    it('drives the lips by the isolated voices, and says who is where when there are two', () => {
      const voices = speakers === 2 ? ['audio_1', 'audio_2'] : ['audio_1']
      for (const input of voices) {
        const [source] = inputsOf('194')[input] as [string, number]
        expect(graph[source]?.class_type).toBe('MelBandRoFormerSampler')
      }
      expect('ref_target_masks' in inputsOf('194')).toBe(speakers === 2)
    })

    it('has a title for every node', () => {
      const titles = Object.values(graph).map((node) => node._meta?.title)
      expect(new Set(titles).size).toBe(titles.length)
      expect(titles).not.toContain(undefined)
    })

    it('has a place for every parameter but those of the other kinds', () => {
      const others = [
        ...(inputType === 'image' ? ['video', 'video_frames'] : ['image']),
        ...(speakers === 1 ? ['audio_2', 'mask_1', 'mask_2', 'mask_background'] : []),
        ...['audio_turn', 'handover_from', 'handover_prefix', 'previous_frames'],
      ]
      expect(PARAMETER_NAMES.filter((parameter) => !bindings.has(parameter)).sort()).toEqual(
        others.sort(),
      )
    })
  },
)

describe('a value', () => {
  it('reaches its node in each of our workflows', () => {
    for (const template of templates.values()) {
      const graph = bind(template, {
        audio: 'job/voice.wav',
        prompt: 'She sings.',
        width: 832,
        height: 448,
        num_frames: 114,
        seed: 7,
        force_offload: true,
        tiled_vae: true,
        filename_prefix: 'infinitetalk-1',
      })
      expect(graph['125']?.inputs.audio).toBe('job/voice.wav')
      expect(graph['241']?.inputs.positive_prompt).toBe('She sings.')
      const constants = ['245', '246', '270'].map((id) => graph[id]?.inputs.value)
      expect(constants).toEqual([832, 448, 114])
      expect(graph['128']?.inputs).toMatchObject({ seed: 7, force_offload: true })
      expect(graph['192']?.inputs).toMatchObject({ force_offload: true, tiled_vae: true })
      expect(graph['131']?.inputs.filename_prefix).toBe('infinitetalk-1')
    }
  })

  it('that has no place is named', () => {
    const single = templates.get('I2V_single')!
    expect(unboundParameters(single, { audio: 'a.wav', audio_2: 'b.wav' })).toEqual(['audio_2'])
  })
})

function neededFor(output: string, graph: Graph, needed = new Set<string>()): Set<string> {
  if (needed.has(output)) return needed
  needed.add(output)
  for (const value of Object.values(graph[output]!.inputs)) {
    if (isLink(value)) neededFor(value[0], graph, needed)
  }
  return needed
}
