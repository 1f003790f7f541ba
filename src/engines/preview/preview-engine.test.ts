import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { FPS } from '@infinitetalk/arithmetic'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { describeWith } from '../../../test/support/requires.ts'
import { samplePlan } from '../../../test/support/sample-plan.ts'
import { shippedTools } from '../../../test/support/shipped-tools.ts'
import type { RenderProgress } from '../../app/ports/engine.ts'
import { AppError } from '../../domain/errors.ts'
import type { RenderPlan } from '../../domain/plan.ts'
import { findTools } from '../../media/find-tools.ts'
import type { Tools } from '../../media/tool.ts'
import { createPreviewEngine } from './preview-engine.ts'

const run = promisify(execFile)
const EXAMPLES = join(import.meta.dirname, '../../../examples')
const SECONDS = 0.82
const FRAMES = Math.ceil(SECONDS * FPS)

let workDir: string

beforeEach(async () => {
  workDir = await mkdtemp(join(tmpdir(), 'preview-engine-'))
})

afterEach(async () => {
  await rm(workDir, { recursive: true, force: true })
})

/** A voice that hums a vowel for all of its time. */
async function planOf(change: Partial<RenderPlan> = {}): Promise<RenderPlan> {
  const samples = Int16Array.from({ length: SECONDS * 16_000 }, (_, i) =>
    Math.round(6000 * Math.sin(i / 4) + 6000 * Math.sin(i / 21)),
  )
  const pcmPath = join(workDir, 'voice.pcm')
  await writeFile(pcmPath, samples)
  const image = { path: join(EXAMPLES, 'portrait.png'), width: 768, height: 768 }
  const voice = { path: pcmPath, pcmPath, seconds: SECONDS, channel: null, hasSpeech: true }
  return {
    ...samplePlan(image, voice, { width: 192, height: 160, fit: 'crop' }),
    ...change,
  }
}

function systemTools(): Promise<Tools> {
  return shippedTools()
}

async function probe(tools: Tools, path: string): Promise<Record<string, unknown>> {
  const { stdout } = await run(tools.ffprobe.path, [
    ...['-v', 'error', '-count_frames', '-show_streams', '-show_format', '-of', 'json', path],
  ])
  const { streams, format } = JSON.parse(stdout)
  return { ...streams[0], streams: streams.length, tags: format.tags }
}

const children = (): number =>
  process.getActiveResourcesInfo().filter((name) => name === 'ProcessWrap').length

const EXACT_VIDEO = {
  streams: 1,
  codec_name: 'h264',
  pix_fmt: 'yuv420p',
  width: 192,
  height: 160,
  color_space: 'bt709',
  color_transfer: 'bt709',
  color_primaries: 'bt709',
  r_frame_rate: '25/1',
  nb_read_frames: String(FRAMES),
}

describeWith(['ffmpeg', 'ffprobe'], 'apt-get install ffmpeg', 'the preview engine', () => {
  it('makes a silent BT.709 video of exactly the frames of the plan, and says what it is', async () => {
    const tools = await systemTools()
    const progress: RenderProgress[] = []
    const video = await createPreviewEngine({ tools }).generate(await planOf(), {
      workDir,
      signal: new AbortController().signal,
      onProgress: (step) => progress.push(step),
    })
    expect(await probe(tools, video.path)).toMatchObject(EXACT_VIDEO)
    expect(video).toMatchObject({ frames: FRAMES, warnings: [] })
    expect(video.comment).toContain('AI-generated')
    expect(progress[0]).toEqual({ stage: 'analysing', done: 0, total: 0 })
    expect(progress.at(-1)).toEqual({ stage: 'sampling', done: FRAMES, total: FRAMES })
  })

  it('warns when the face is too small for its mouth to be seen', async () => {
    const { warnings } = await createPreviewEngine({ tools: await systemTools() }).generate(
      await planOf({ size: { width: 64, height: 64 } }),
      { workDir, signal: new AbortController().signal, onProgress: () => {} },
    )
    expect(warnings).toEqual([expect.stringContaining('pixels high')])
  })

  it('says why a picture cannot be animated', async () => {
    const plan = await planOf({ face: { index: 7, crop: false } })
    const video = createPreviewEngine({ tools: await systemTools() }).generate(plan, {
      workDir,
      signal: new AbortController().signal,
      onProgress: () => {},
    })
    await expect(video).rejects.toMatchObject({ code: 'face_not_listed' })
  })

  it.each(['analysing', 'sampling'] as const)(
    'ends at once when it is aborted while %s, and leaves no process',
    async (stage) => {
      const stop = new AbortController()
      const reason = new AppError('canceled', 'The operation was canceled.')
      const before = children()
      const video = createPreviewEngine({ tools: await systemTools() }).generate(
        await planOf({ frames: 15_000 }),
        {
          workDir,
          signal: stop.signal,
          onProgress: (step) => {
            if (step.stage === stage && step.done >= (stage === 'sampling' ? 2 : 0)) {
              stop.abort(reason)
            }
          },
        },
      )
      await expect(video).rejects.toMatchObject({ code: 'canceled' })
      // The event loop closes the handle of an ended process in one of its next turns.
      await expect.poll(children).toBe(before)
    },
  )

  it('fails with what ffmpeg says when it cannot write', async () => {
    const plan = await planOf()
    const video = createPreviewEngine({ tools: await systemTools() }).generate(plan, {
      workDir: join(workDir, 'missing'),
      signal: new AbortController().signal,
      onProgress: () => {},
    })
    await expect(video).rejects.toMatchObject({ code: 'tool_failed' })
  })
})

describe('the preview engine with the ffmpeg that npm ships', () => {
  it('makes the same kind of video', async () => {
    const require = createRequire(import.meta.url)
    const tools = await findTools({
      ffmpegPath: require('@ffmpeg-installer/ffmpeg').path,
      ffprobePath: require('@ffprobe-installer/ffprobe').path,
      searchPath: '',
    })
    const video = await createPreviewEngine({ tools, workers: 1 }).generate(
      await planOf({ label: true }),
      { workDir, signal: new AbortController().signal, onProgress: () => {} },
    )
    expect(await probe(tools, video.path)).toMatchObject(EXACT_VIDEO)
  })
})
