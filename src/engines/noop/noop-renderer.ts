// For load tests only: every video is the same second of nothing, made once by ffmpeg and then copied. It looks at no input,
// so that what is measured is the hub. Its file passes the same checks as every other.
import { constants, copyFile, mkdir, mkdtemp, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { FinishedVideo, Media } from '../../app/ports/media.ts'
import type { Renderer } from '../../app/ports/renderer.ts'
import { pause } from '../../async/pause.ts'
import { AppError } from '../../domain/errors.ts'
import { runTool } from '../../media/run-tool.ts'
import type { Tools } from '../../media/tool.ts'
import { fileArgument } from '../../media/tool-command.ts'

export interface NoopOptions {
  readonly tools: Tools
  readonly media: Media
  /** Where the one video is kept; made when it is missing. */
  readonly folder: string
  /** How long each render takes; by default as long as the copy. */
  readonly renderMs?: number
}

const FPS = 25
const FRAMES = 25
const SECONDS = 1
const SIDE = 64
const MAKE_TIMEOUT_MS = 30_000
/** Progress is told so often, as an engine that draws frames would. */
const STEPS = 5

export function createNoopRenderer(options: NoopOptions): Renderer {
  let made: Promise<FinishedVideo> | null = null
  return {
    unitOf: () => 'frames',
    async render({ workDir, signal, onProgress }) {
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

const FACTS_FILE = 'video.json'

/** Made by an earlier hub already, or made now. The facts are written last: where they are, the files are whole. */
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

/** Not bound to the signal of one render: others wait for the same file. */
async function makeVideo({ tools, media, folder }: NoopOptions): Promise<FinishedVideo> {
  await mkdir(folder, { recursive: true })
  const workDir = await mkdtemp(join(folder, 'video-'))
  const job = { workDir, signal: AbortSignal.timeout(MAKE_TIMEOUT_MS) }
  const options = { signal: job.signal, timeoutMs: MAKE_TIMEOUT_MS }
  const silent = join(workDir, 'silent.mp4')
  const voice = join(workDir, 'voice.wav')
  const picture = `color=c=gray:s=${SIDE}x${SIDE}:r=${FPS}:d=${SECONDS}`
  const encoding = ['-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-y']
  await runTool(
    tools.ffmpeg,
    ['-f', 'lavfi', '-i', picture, ...encoding, fileArgument(silent)],
    options,
  )
  const tone = `sine=frequency=440:sample_rate=16000:duration=${SECONDS}`
  await runTool(tools.ffmpeg, ['-f', 'lavfi', '-i', tone, '-y', fileArgument(voice)], options)
  const finished = await media.finish(
    {
      videoPath: silent,
      audioPaths: [voice],
      seconds: SECONDS,
      frames: FRAMES,
      fps: FPS,
      comment: 'Made by the noop engine of infinitetalk-hub for load tests',
    },
    job,
  )
  if (finished.frames === FRAMES) return finished
  throw new AppError('output_invalid', `The noop video has ${finished.frames} frames.`)
}
