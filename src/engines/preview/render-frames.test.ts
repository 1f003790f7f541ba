import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { REST_POSE } from './pose.ts'
import type { FrameSource } from './raster/frame-renderer.ts'
import { type FramesToRender, FrameThreads, renderFrames } from './render-frames.ts'
import { prepareScene } from './scene.ts'

const PORTRAIT = join(import.meta.dirname, '../../../examples/portrait.png')
const FRAMES = 23
const track = {
  length: FRAMES,
  at: (frame: number) => ({ ...REST_POSE, jaw: frame / FRAMES, yaw: frame / 8, blink: frame % 2 }),
}

let source: FrameSource

beforeAll(async () => {
  const scene = await prepareScene(
    {
      image: { path: PORTRAIT, width: 768, height: 768 },
      size: { width: 128, height: 128 },
      fit: 'crop',
      face: { index: null, crop: false },
      speakers: [{ speaker: 'left', box: null }],
    },
    new AbortController().signal,
  )
  source = scene.source
})

type Change = Partial<Omit<FramesToRender, 'threads'>> & { readonly workers?: number }

function job({ workers = 2, ...change }: Change = {}): FramesToRender {
  const signal = change.signal ?? new AbortController().signal
  const threads = new FrameThreads(workers, signal)
  return { source, tracks: [track], caption: false, ...change, threads, signal }
}

async function digests(change: Change = {}): Promise<string[]> {
  const all: string[] = []
  for await (const frame of renderFrames(job(change))) {
    all.push(createHash('sha256').update(frame).digest('hex'))
  }
  return all
}

const threads = (): number =>
  process.getActiveResourcesInfo().filter((name) => name === 'Worker').length

describe('rendering frames in threads', () => {
  it('gives the same frames in the same order for any number of threads', async () => {
    const one = await digests({ workers: 1 })
    expect(one).toHaveLength(FRAMES)
    expect(new Set(one).size).toBe(FRAMES)
    expect(await digests({ workers: 3 })).toEqual(one)
  })

  it('ends with the reason of the abort, and with its threads', async () => {
    const before = threads()
    const stop = new AbortController()
    const reason = new Error('enough')
    const frames = renderFrames(job({ signal: stop.signal }))
    await frames.next()
    stop.abort(reason)
    const rest = (async () => {
      for await (const _ of frames);
    })()
    await expect(rest).rejects.toBe(reason)
    expect(threads()).toBe(before)
  })

  it('ends its threads when nobody wants more frames', async () => {
    const before = threads()
    for await (const frame of renderFrames(job())) {
      expect(frame.length).toBe((128 * 128 * 3) / 2)
      break
    }
    expect(threads()).toBe(before)
  })

  it('fails when a thread fails, instead of waiting for it', async () => {
    const broken = {
      ...source,
      rigs: [{ ...source.rigs[0]!, rest: null as unknown as Float32Array }],
    }
    await expect(digests({ source: broken })).rejects.toMatchObject({
      code: 'internal_error',
      detail: 'A thread that draws frames failed.',
    })
  })
})
