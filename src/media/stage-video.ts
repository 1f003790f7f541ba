// Checks a video from outside before its use: reads its container from its bytes, counts its frames instead of trusting its
// header, and decodes it at its start and at a few places more. Its first frame becomes a picture like any other input.
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Size } from '@infinitetalk/arithmetic'
import type { MediaJob } from '../app/ports/media.ts'
import { abortError } from '../async/abort-error.ts'
import { AppError } from '../domain/errors.ts'
import type { Limits } from '../domain/limits.ts'
import type { StagedVideo } from '../domain/plan.ts'
import { blameInput, undecodable } from './blame-input.ts'
import { nameOf, openInputFile } from './input-file.ts'
import { measureVideo, type VideoMeasure } from './measure-video.ts'
import type { MediaTools } from './media-tools.ts'
import { openSourceVideo, type SourceVideo } from './open-video.ts'
import { VIDEO_TRACK } from './probe-source-video.ts'
import { runInFolder } from './run-in-folder.ts'
import { runTool, type ToolOptions } from './run-tool.ts'
import { checkSamples } from './sample-video.ts'
import { stageImage } from './stage-image.ts'
import { fileArgument } from './tool-command.ts'
import { uprightFilters } from './upright-filters.ts'

/** @throws AppError `video_*`, `input_empty`, `input_too_large`, `path_*`, `tool_timeout`, `disk_full`, `canceled` */
export async function stageVideo(
  path: string,
  media: MediaTools,
  job: MediaJob,
): Promise<StagedVideo> {
  if (job.signal.aborted) throw abortError(job.signal)
  const { tools, limits } = media
  const name = nameOf(path)
  const options: ToolOptions = {
    signal: job.signal,
    timeoutMs: limits.probeTimeoutMs,
    maxMemoryBytes: limits.childMaxBytes,
  }
  const source = await openSourceVideo(path, media, options)
  const measure = await blameInput(name, 'video_unreadable', () =>
    measureVideo(tools.ffprobe, source.input, limits.videoMaxSeconds, options),
  )
  checkLength(name, measure, limits)
  return runInFolder(job.workDir, 'video', async (folder) => {
    const framePath = join(folder, 'frame.png')
    const frame = firstFrameArguments(source, framePath)
    const { stderr } = await blameInput(name, 'video_unreadable', () =>
      runTool(tools.ffmpeg, frame, options),
    )
    const size = await pngSize(framePath)
    if (size === null) {
      throw undecodable(name, 'video_unreadable', stderr || 'it holds no frame')
    }
    await checkSamples(name, source, measure, tools.ffmpeg, options)
    const firstFrame = await stageImage(framePath, frameLimits(limits), {
      ...job,
      workDir: folder,
    })
    await rm(framePath)
    return { path, ...size, seconds: measure.seconds, firstFrame }
  })
}

function checkLength(name: string, { frames, seconds }: VideoMeasure, limits: Limits): void {
  if (frames === 0) throw undecodable(name, 'video_unreadable', 'it holds no frame')
  if (seconds <= limits.videoMaxSeconds) return
  throw new AppError(
    'video_too_large',
    `${name} lasts longer than ${limits.videoMaxSeconds} seconds.`,
    { meta: { maxSeconds: limits.videoMaxSeconds } },
  )
}

function firstFrameArguments(source: SourceVideo, framePath: string): string[] {
  const { input, facts, toneMap, colorMatrix } = source
  const filters = [
    ...uprightFilters(facts),
    ...toneMap,
    `scale=in_color_matrix=${colorMatrix}:flags=accurate_rnd+full_chroma_int+full_chroma_inp`,
    'format=rgb24',
  ]
  return [
    ...[...input, '-map', `0:${VIDEO_TRACK}`, '-frames:v', '1', '-filter:v', filters.join(',')],
    ...['-c:v', 'png', '-f', 'image2pipe', fileArgument(framePath)],
  ]
}

/** The limits of pictures do not apply: the video has passed its own limits, and this program made the picture. */
function frameLimits(limits: Limits): Limits {
  const most = Number.MAX_SAFE_INTEGER
  return {
    ...limits,
    imageMaxBytes: most,
    imageMaxPixels: most,
    imageMaxSide: most,
    imageMinSide: 1,
  }
}

/** Null when ffmpeg made no picture. */
async function pngSize(path: string): Promise<Size | null> {
  try {
    await using file = await openInputFile(path, Number.POSITIVE_INFINITY)
    const header = Buffer.from(await file.read(16, 8))
    return { width: header.readUInt32BE(0), height: header.readUInt32BE(4) }
  } catch (thrown) {
    if (thrown instanceof AppError) return null
    throw thrown
  }
}
