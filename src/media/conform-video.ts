// Converts any video from outside to the form that engines expect: a fixed number of frames at a fixed rate in real time, one
// size, bt709, no sound. A source with too few frames is extended.
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Framing, Size } from '@infinitetalk/arithmetic'
import type { ShortVideoMode } from '@infinitetalk/contract'
import type { MediaJob } from '../app/ports/media.ts'
import { abortError } from '../async/abort-error.ts'
import { AppError } from '../domain/errors.ts'
import { blameInput } from './blame-input.ts'
import { BT709_TAGS } from './color-filters.ts'
import { frameOrder } from './frame-order.ts'
import { nameOf } from './input-file.ts'
import type { MediaTools } from './media-tools.ts'
import { openSourceVideo, type SourceVideo } from './open-video.ts'
import { VIDEO_TRACK } from './probe-source-video.ts'
import { probeVideo } from './probe-video.ts'
import { runInFolder } from './run-in-folder.ts'
import { openTool, runTool, type ToolOptions } from './run-tool.ts'
import { listSingleFrames, readSingleFrames, SINGLE_FRAMES_ENCODER } from './single-frames.ts'
import { fileArgument, inputArguments } from './tool-command.ts'
import { uprightFilters } from './upright-filters.ts'

export interface VideoToConform {
  readonly path: string
  /** Its counted length: see `stageVideo()`. */
  readonly seconds: number
  /** In pixels of the upright video. The crop is even, because colours have half the resolution. */
  readonly framing: Framing
  readonly size: Size
  readonly fps: number
  /** How many frames the result has. */
  readonly frames: number
  readonly whenShort: ShortVideoMode
  /** Maximum size of the result: a long video gets a lower quality instead. */
  readonly maxBytes: number
}

/** Frames of this quality look like the source, so an engine that encodes them again loses nothing visible. */
const QUALITY_CRF = 12
/** A higher limit on the bit rate has no effect, and encoders warn about it. */
const MAX_BITS_PER_SECOND = 100_000_000
/** Allows for the container and for the error of the rate control. */
const SIZE_MARGIN = 0.95

const SCALER = 'flags=lanczos+accurate_rnd+full_chroma_int+full_chroma_inp'

/**
 * @returns the path of the MP4, in a folder of its own in the job's
 * @throws AppError `video_*`, `tool_timeout`, `disk_full`, `canceled`
 */
export async function conformVideo(
  video: VideoToConform,
  media: MediaTools,
  job: MediaJob,
): Promise<string> {
  if (job.signal.aborted) throw abortError(job.signal)
  const { tools, limits } = media
  const options: ToolOptions = {
    signal: job.signal,
    timeoutMs: limits.jobTimeoutMs,
    maxMemoryBytes: limits.childMaxBytes,
  }
  const source = await openSourceVideo(video.path, media, options)
  return runInFolder(job.workDir, 'conformed', async (folder) => {
    const path = join(folder, 'video.mp4')
    const repeats =
      video.whenShort !== 'hold' && Math.round(video.seconds * video.fps) < video.frames
    if (repeats) {
      await conformRepeated(video, source, path, folder, media, options)
    } else {
      const held = [`tpad=stop_mode=clone:stop=${video.frames}`]
      await decodeSource(
        video,
        source,
        held,
        [...encoder(video), fileArgument(path)],
        media,
        options,
      )
    }
    const made = await probeVideo(tools.ffprobe, inputArguments(path, 'mov'), options)
    if (made.frames === video.frames) return path
    throw new AppError(
      'video_unreadable',
      `${nameOf(video.path)} gave ${made.frames} of ${video.frames} frames.`,
    )
  })
}

/** Splits the source into frames that decode alone, and joins them in display order. */
async function conformRepeated(
  video: VideoToConform,
  source: SourceVideo,
  path: string,
  folder: string,
  media: MediaTools,
  options: ToolOptions,
): Promise<void> {
  const { ffmpeg, ffprobe } = media.tools
  const framesPath = join(folder, 'frames.h264')
  const output = [...BT709_TAGS, ...SINGLE_FRAMES_ENCODER, fileArgument(framesPath)]
  await decodeSource(video, source, [], output, media, options)
  const frames = await listSingleFrames(ffprobe, framesPath, options)
  if (frames.length === 0) {
    throw new AppError('video_unreadable', `${nameOf(video.path)} gave no frame.`)
  }
  const order = frameOrder(frames.length, video.frames, video.whenShort)
  const tool = openTool(
    ffmpeg,
    [
      ...['-f', 'h264', '-framerate', String(video.fps), '-i', 'pipe:0'],
      ...['-filter:v', `settb=1/${video.fps},setpts=N`, '-r', String(video.fps)],
      ...[...encoder(video), fileArgument(path)],
    ],
    options,
  )
  tool.stdout.resume()
  try {
    await pipeline(Readable.from(readSingleFrames(framesPath, frames, order)), tool.stdin)
  } catch (cause) {
    // The exit of ffmpeg gives the reason, not the broken pipe.
    await tool.done
    throw cause
  }
  await tool.done
  await rm(framesPath)
}

async function decodeSource(
  video: VideoToConform,
  source: SourceVideo,
  lengthFilters: readonly string[],
  output: readonly string[],
  { tools }: MediaTools,
  options: ToolOptions,
): Promise<void> {
  const filters = conformFilters(video, source, lengthFilters).join(',')
  const args = [
    ...[...source.input, '-map', `0:${VIDEO_TRACK}`, '-filter:v', filters],
    ...['-r', String(video.fps), '-frames:v', String(video.frames), ...output],
  ]
  await blameInput(nameOf(video.path), 'video_unreadable', () =>
    runTool(tools.ffmpeg, args, options),
  )
}

/** Scales only the frames that are shown, and only their visible part. */
function conformFilters(
  { framing, size, fps, frames }: VideoToConform,
  { facts, toneMap, colorMatrix }: SourceVideo,
  lengthFilters: readonly string[],
): string[] {
  const { crop, placed } = framing
  return [
    ...uprightFilters(facts),
    'setpts=PTS-STARTPTS',
    `fps=${fps}`,
    `settb=1/${fps}`,
    'setpts=N',
    `crop=${crop.width}:${crop.height}:${crop.x}:${crop.y}`,
    ...(toneMap.length === 0
      ? []
      : [`scale=${placed.width}:${placed.height}:${SCALER}`, ...toneMap]),
    `scale=${placed.width}:${placed.height}:in_color_matrix=${colorMatrix}:${SCALER}`,
    'format=gbrp',
    `pad=${size.width}:${size.height}:${placed.x}:${placed.y}:black`,
    `scale=out_color_matrix=bt709:out_range=tv:${SCALER}`,
    'setsar=1',
    'format=yuv420p',
    ...lengthFilters,
    `trim=end_frame=${frames}`,
  ]
}

function encoder({ frames, fps, maxBytes }: VideoToConform): string[] {
  // The encoder may exceed the rate by a buffer of one second.
  const bitsPerSecond = Math.floor((maxBytes * 8 * SIZE_MARGIN) / (frames / fps + 1))
  const bounds =
    bitsPerSecond < MAX_BITS_PER_SECOND
      ? ['-maxrate', String(bitsPerSecond), '-bufsize', String(bitsPerSecond)]
      : []
  return [
    ...['-an', '-c:v', 'libx264', '-preset', 'fast', '-crf', String(QUALITY_CRF), ...bounds],
    ...['-pix_fmt', 'yuv420p', ...BT709_TAGS, '-map_metadata', '-1', '-map_chapters', '-1'],
    ...['-movflags', '+faststart', '-f', 'mp4'],
  ]
}
