// An undecodable input video is rejected at submission, not after an hour in the queue. Uses the real programs.
import { readFile, writeFile } from 'node:fs/promises'
import { createGenerationRequestParser, DEFAULT_REQUEST_BOUNDS } from '@infinitetalk/contract'
import { describe, expect, it } from 'vitest'
import { probeInputs } from '../../src/app/jobs/probe-inputs.ts'
import { Semaphore } from '../../src/async/semaphore.ts'
import { acceptRequest } from '../../src/domain/generation.ts'
import type { Sha256 } from '../../src/domain/ids.ts'
import type { Job, JobInput, JobSource } from '../../src/domain/job.ts'
import { DEFAULT_LIMITS } from '../../src/domain/limits.ts'
import { createMediaBench, makeSample, type ToolSet, toolSets } from '../support/media-bench.ts'
import { sampleEngine } from '../support/sample-engine.ts'
import { wavFile } from '../support/wav-file.ts'

const parse = createGenerationRequestParser(DEFAULT_REQUEST_BOUNDS)
const engine = sampleEngine({ name: 'comfyui', probesInputs: true })
const [{ tools }] = (await toolSets()) as [ToolSet]
const FILM = ['-f', 'lavfi', '-i', 'testsrc=size=160x90:rate=30:duration=2', '-pix_fmt', 'yuv420p']

function blob(name: string): JobSource {
  const sha256 = name as Sha256
  return { kind: 'blob', sha256, bytes: 1, contentType: null, from: 'path', given: name }
}

/** Probes a request whose video and voice are files of the bench, by name. */
async function probe(
  bench: Awaited<ReturnType<typeof createMediaBench>>,
  videoName: string,
): Promise<Job['expected']> {
  const url = 'https://example.com/input'
  const spec = acceptRequest(parse({ video: { url }, audio: { url } }))
  await writeFile(bench.files.path('voice.wav'), wavFile({ samples: 16_000 }))
  const voices = spec.voices.map((voice) => ({ ...voice, source: blob('voice.wav') }))
  const input: JobInput = { ...spec, visual: blob(videoName), voices, webhook: null }
  const blobs = { localPath: async (sha256: Sha256) => bench.files.path(sha256) }
  const probing = { probes: new Semaphore(1), signal: bench.job.signal }
  return probeInputs(input, engine, probing, {
    media: bench.media,
    blobs: blobs as never,
    limits: DEFAULT_LIMITS,
    workFolder: bench.job.workDir,
    owner: 'test',
  })
}

describe('a request for a dub', () => {
  it('is accepted with the size and the length that its video will have', async () => {
    const bench = await createMediaBench(tools)
    await makeSample(bench, 'film.mp4', FILM)
    expect(await probe(bench, 'film.mp4')).toEqual({ frames: 25, width: 768, height: 432 })
    expect(bench.leftovers()).toEqual([])
  })

  it.each([
    ['half of it', 'video_unreadable', (whole: Buffer) => whole.subarray(0, whole.length / 2)],
    ['text', 'video_unsupported', () => Buffer.from('#EXTM3U\nhttp://127.0.0.1/')],
    ['nothing', 'input_empty', () => Buffer.alloc(0)],
  ] as const)('is refused when its video is %s', async (_what, code, damage) => {
    const bench = await createMediaBench(tools)
    const whole = await readFile(await makeSample(bench, 'film.mp4', FILM))
    await writeFile(bench.files.path('damaged.mp4'), damage(whole))
    await expect(probe(bench, 'damaged.mp4')).rejects.toMatchObject({ code, pointer: '/video' })
    expect(bench.leftovers()).toEqual([])
  })
})
