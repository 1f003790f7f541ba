// Two people on a server that has only ComfyUI's own nodes: windows end where turns change, and each moves the lips of one person.
import { mkdir, writeFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import type { RenderPlan } from '../../../src/domain/plan.ts'
import { describeWith } from '../../support/requires.ts'
import { shippedTools } from '../../support/shipped-tools.ts'
import { type ComfyRender, comfyRender } from '../comfy-render.ts'
import { probeVideoFile } from '../media-facts.ts'
import { readObjectInfo } from '../standin/object-info.ts'

const SMALL = { width: 64, height: 64, preset: 'draft', workflow: 'I2V_window_multi' } as const
const SECONDS = 6
const SAMPLE_RATE = 16_000

async function startRender(members: object = {}): Promise<ComfyRender> {
  return comfyRender({
    standIn: {
      version: '0.33.0',
      // The recording has only the classes of its own graph; every ComfyUI loads masks.
      editObjectInfo(info) {
        Object.assign(info, { LoadImageMask: readObjectInfo('0.28.0').LoadImageMask })
      },
    },
    seconds: SECONDS,
    request: { ...SMALL, ...members },
  })
}

type Span = readonly [fromSeconds: number, toSeconds: number]

async function withVoices(
  { plan, folder }: ComfyRender,
  spans: readonly [readonly Span[], readonly Span[]],
): Promise<RenderPlan> {
  const voice = plan.voices[0]!
  const voices: RenderPlan['voices'][number][] = []
  for (const [index, speaker] of (['left', 'right'] as const).entries()) {
    const pcmPath = folder.path(`${speaker}.pcm`)
    const samples = new Int16Array(SECONDS * SAMPLE_RATE)
    for (const [from, to] of spans[index]!) {
      for (let at = from * SAMPLE_RATE; at < to * SAMPLE_RATE; at += 1) {
        samples[at] = 8000 * Math.sin((2 * Math.PI * 440 * at) / SAMPLE_RATE)
      }
    }
    await writeFile(pcmPath, new Uint8Array(samples.buffer))
    voices.push({ ...voice, pcmPath, speaker })
  }
  return { ...plan, voices }
}

async function generate({ engine, folder }: ComfyRender, plan: RenderPlan) {
  const workDir = folder.path('work')
  await mkdir(workDir)
  const signal = AbortSignal.timeout(110_000)
  return engine.generate(plan, { workDir, signal, onProgress: () => {} })
}

interface SentWindow {
  readonly length: number
  /** The number of the person whose mask comes first. */
  readonly talker: number
  readonly silent: number
}

function sentWindows({ standIn }: ComfyRender): readonly SentWindow[] {
  const prompts = standIn.requests.filter(
    ({ method, path }) => method === 'POST' && path === '/prompt',
  )
  return prompts.map(({ body }) => {
    const { prompt } = body as { prompt: Record<string, { inputs: Record<string, unknown> }> }
    const personOf = (input: string): number => {
      const [id] = prompt['40']!.inputs[input] as [string]
      return Number(/mask-(\d)\.png/.exec(String(prompt[id]!.inputs.image))?.[1])
    }
    const length = Number(prompt['40']!.inputs.length)
    return { length, talker: personOf('mode.mask_1'), silent: personOf('mode.mask_2') }
  })
}

describeWith(['ffmpeg', 'ffprobe'], 'apt-get install ffmpeg', 'two people in windows', () => {
  it('who talk in turns have windows of their own, and every frame once', async () => {
    const comfy = await startRender()
    const plan = await withVoices(comfy, [
      [
        [0, 2.4],
        [4.8, 6],
      ],
      [[2.8, 4.4]],
    ])
    const made = await generate(comfy, plan)
    expect(made).toMatchObject({ frames: 150, windows: { needed: 3, rendered: 3 } })
    expect(probeVideoFile(made.path, await shippedTools()).frames).toBe(150)
    expect(sentWindows(comfy)).toEqual([
      { length: 65, talker: 0, silent: 1 },
      { length: 61, talker: 1, silent: 0 },
      { length: 45, talker: 0, silent: 1 },
    ])
    expect(comfy.standIn.control.historyIds()).toEqual([])
  })

  it('who talk at once are told to need the node packs, and nothing is sent', async () => {
    const comfy = await startRender()
    const plan = await withVoices(comfy, [[[0, 4]], [[2, 6]]])
    await expect(generate(comfy, plan)).rejects.toMatchObject({
      code: 'engine_unsupported',
      pointer: '/workflow',
      detail: expect.stringMatching(/talk at once at 2\.0 s.*I2V_multi/),
    })
    expect(sentWindows(comfy)).toEqual([])
  })

  it('of whom one was chosen have the windows of one voice, and the other one is silent', async () => {
    const comfy = await startRender({
      audio: { url: 'https://example.com/a', box: [0, 0, 0.4, 1] },
    })
    const made = await generate(comfy, comfy.plan)
    expect(made).toMatchObject({ frames: 150, windows: { needed: 2, rendered: 2 } })
    expect(sentWindows(comfy)).toEqual([
      { length: 81, talker: 0, silent: 1 },
      { length: 81, talker: 0, silent: 1 },
    ])
  })
})
