// For load tests only: every video is the same blank second, made once by ffmpeg and then copied. It reads no input, so that a
// measurement shows the hub alone. Its file passes the same checks as every other.
import { constants, copyFile, mkdir, mkdtemp, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Engine, RenderContext, RenderedVideo } from '../../app/ports/engine.ts'
import type { FinishedVideo, Media } from '../../app/ports/media.ts'
import { pause } from '../../async/pause.ts'
import { EVERYTHING } from '../../domain/capabilities.ts'
import { AppError } from '../../domain/errors.ts'
import type { RenderPlan } from '../../domain/plan.ts'
import { findMissingProgram } from '../../media/find-missing-program.ts'
import { type RunToolOptions, runTool } from '../../media/run-tool.ts'
import type { Tools } from '../../media/tool.ts'
import { fileArgument } from '../../media/tool-command.ts'

export interface NoopOptions {
  readonly tools: Tools
  readonly media: Media
  /** The folder of the one video, which is made when it is missing. */
  readonly folder: string
  /** Duration of each render; by default as long as the copy takes. */
  readonly renderMs?: number
}

const COMMENT = 'Made by the noop engine of infinitetalk-hub for load tests'
const FPS = 25
const FRAMES = 25
const SECONDS = 1
const SIDE = 64
const MAKE_TIMEOUT_MS = 30_000
/** Progress is reported as often as by an engine that draws frames. */
const STEPS = 5

/** It accepts every option and reads no input. */
const CAPABILITIES = {
  ...EVERYTHING,
  minSize: { width: 16, height: 16 },
  maxSize: { width: 8192, height: 8192 },
}

export function createNoopEngine(options: NoopOptions): Engine {
  let made: Promise<FinishedVideo> | null = null
  return {
    name: 'noop',
    capabilities: CAPABILITIES,
    runsIn: 'hub',
    samplingUnit: 'frames',
    samplingOf: () => null,
    probesInputs: false,
    isPredictable: false,
    health: () => findMissingProgram(options.tools),
    generate: (plan, context) => drawNothing(plan, context, options.tools),
    async renderWhole({ workDir, signal, onProgress }) {
      made ??= cachedVideo(options)
      const video = await made.catch((error: unknown) => {
        made = null
        throw error
      })
      const { renderMs = 0 } = options
      for (let step = 0; step < STEPS && renderMs > 0; step += 1) {
        onProgress({ stage: 'sampling', done: (FRAMES * step) / STEPS, total: FRAMES })
        await pause(renderMs / STEPS, signal).catch(() => {})
        if (signal.aborted) throw signal.reason
      }
      const path = join(workDir, 'video.mp4')
      const posterPath = join(workDir, 'poster.jpg')
      await copyFile(video.path, path, constants.COPYFILE_FICLONE)
      await copyFile(video.posterPath, posterPath, constants.COPYFILE_FICLONE)
      return { ...video, path, posterPath, engine: 'noop', seed: 0, warnings: [] }
    },
  }
}

/** For the command line, which stages inputs for every engine: a grey video of the planned length and size. */
async function drawNothing(
  { size, frames }: RenderPlan,
  { workDir, signal }: RenderContext,
  tools: Tools,
): Promise<RenderedVideo> {
  const path = join(workDir, 'noop.mp4')
  await drawGrey(tools, { ...size, frames, path }, { signal, timeoutMs: MAKE_TIMEOUT_MS })
  return { path, frames, warnings: [], comment: COMMENT }
}

interface Grey {
  readonly width: number
  readonly height: number
  readonly frames: number
  readonly path: string
}

async function drawGrey(tools: Tools, grey: Grey, options: RunToolOptions): Promise<void> {
  const { width, height, frames, path } = grey
  const picture = `color=c=gray:s=${width}x${height}:r=${FPS}`
  const encoding = ['-frames:v', String(frames), '-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-y']
  await runTool(
    tools.ffmpeg,
    ['-f', 'lavfi', '-i', picture, ...encoding, fileArgument(path)],
    options,
  )
}

const FACTS_FILE = 'video.json'

/** Reuses the video of an earlier hub or makes it. The facts are written last: if they exist, the files are whole. */
async function cachedVideo(options: NoopOptions): Promise<FinishedVideo> {
  const factsPath = join(options.folder, FACTS_FILE)
  try {
    return JSON.parse(await readFile(factsPath, 'utf8')) as FinishedVideo
  } catch {
    const video = await makeVideo(options)
    const partPath = `${factsPath}.part`
    await writeFile(partPath, JSON.stringify(video))
    await rename(partPath, factsPath)
    return video
  }
}

/** Not bound to the signal of one render: other renders wait for the same file. */
async function makeVideo({ tools, media, folder }: NoopOptions): Promise<FinishedVideo> {
  await mkdir(folder, { recursive: true })
  const workDir = await mkdtemp(join(folder, 'video-'))
  const job = { workDir, signal: AbortSignal.timeout(MAKE_TIMEOUT_MS) }
  const options = { signal: job.signal, timeoutMs: MAKE_TIMEOUT_MS }
  const silent = join(workDir, 'silent.mp4')
  const voice = join(workDir, 'voice.wav')
  await drawGrey(tools, { width: SIDE, height: SIDE, frames: FRAMES, path: silent }, options)
  const tone = `sine=frequency=440:sample_rate=16000:duration=${SECONDS}`
  await runTool(tools.ffmpeg, ['-f', 'lavfi', '-i', tone, '-y', fileArgument(voice)], options)
  const finished = await media.finish(
    {
      videoPath: silent,
      audioPaths: [voice],
      seconds: SECONDS,
      frames: FRAMES,
      fps: FPS,
      comment: COMMENT,
    },
    job,
  )
  if (finished.frames === FRAMES) return finished
  throw new AppError('output_invalid', `The noop video has ${finished.frames} frames.`)
}
