// Opens a video from outside without decoding a frame: reads its container from its first bytes, compares its end with the length
// that the container states, and checks its codec and size against the lists and limits.
import { AppError } from '../domain/errors.ts'
import type { Limits } from '../domain/limits.ts'
import { blameInput } from './blame-input.ts'
import type { ColorMatrix } from './color-filters.ts'
import { nameOf, openInputFile } from './input-file.ts'
import type { MediaTools } from './media-tools.ts'
import { missingBytes } from './missing-bytes.ts'
import { probeSourceVideo, type SourceVideoFacts } from './probe-source-video.ts'
import type { ToolOptions } from './run-tool.ts'
import { type Container, describeContent, SNIFF_BYTES, sniffContainer } from './sniff.ts'
import { toneMapFilters } from './tone-map.ts'
import { inputArguments } from './tool-command.ts'

/** A video that may be decoded. */
export interface SourceVideo {
  /** As an input of ffmpeg, with the limits that its decoder keeps. */
  readonly input: readonly string[]
  readonly facts: SourceVideoFacts
  /** For HDR: filters that convert it to SDR. They are slow. */
  readonly toneMap: readonly string[]
  /** The colour matrix after these filters. */
  readonly colorMatrix: ColorMatrix
}

/**
 * The codecs of cameras, phones, browsers, screen recorders and editors. ffmpeg reads hundreds more that nobody has reviewed for
 * years.
 */
const VIDEO_CODECS: readonly string[] = [
  ...['h264', 'hevc', 'av1', 'vp8', 'vp9', 'mpeg4', 'mpeg2video', 'mpeg1video', 'h263', 'theora'],
  ...['prores', 'dnxhd', 'mjpeg', 'dvvideo', 'msmpeg4v3', 'ffv1', 'huffyuv', 'utvideo', 'rawvideo'],
]

/** No camera makes wider or higher pixels. */
const MAX_PIXEL_ASPECT = 4

/** @throws AppError `video_*`, `input_empty`, `input_too_large`, `path_*`, `tool_timeout`, `canceled` */
export async function openSourceVideo(
  path: string,
  { tools, limits }: MediaTools,
  options: ToolOptions,
): Promise<SourceVideo> {
  const name = nameOf(path)
  const container = await videoContainer(path, limits.videoMaxBytes)
  const maxPixels = ['-max_pixels', String(limits.videoMaxPixels)]
  const input = [...maxPixels, ...inputArguments(path, container)]
  const facts = await blameInput(name, 'video_unreadable', () =>
    probeSourceVideo(tools.ffprobe, inputArguments(path, container), options),
  )
  if (facts === null) throw new AppError('video_unsupported', `${name} has no video track.`)
  checkFacts(name, facts, limits)
  const toneMap =
    facts.hdrTransfer === null
      ? null
      : await toneMapFilters(facts.hdrTransfer, tools.ffmpeg, options)
  return {
    input,
    facts,
    toneMap: toneMap ?? [],
    colorMatrix: toneMap === null ? facts.colorMatrix : 'bt709',
  }
}

/** The containers of cameras, browsers and editors; `mov` includes MP4, and `matroska` WebM. */
const VIDEO_CONTAINERS: readonly Container[] = ['mov', 'matroska', 'avi']

/** @throws AppError `video_unsupported`, `video_unreadable` for a cut file, `input_empty`, `input_too_large`, `path_*` */
export async function videoContainer(path: string, maxBytes: number): Promise<Container> {
  await using file = await openInputFile(path, maxBytes)
  const head = await file.read(0, SNIFF_BYTES)
  const container = sniffContainer(head)
  if (container === null || !VIDEO_CONTAINERS.includes(container)) {
    throw new AppError(
      'video_unsupported',
      `${nameOf(path)} is ${describeContent(head)}, not a video that can be read.`,
    )
  }
  const missing = await missingBytes(file, container)
  if (missing === 0) return container
  throw new AppError(
    'video_unreadable',
    `${nameOf(path)} is cut: it has ${file.bytes} bytes and ${missing} more should follow.`,
    { meta: { bytes: file.bytes, missingBytes: missing } },
  )
}

function checkFacts(name: string, facts: SourceVideoFacts, limits: Limits): void {
  const { codec, codedWidth, codedHeight, pixelAspect } = facts
  if (!VIDEO_CODECS.includes(codec)) {
    const detail = `${name} has a video track of the kind "${codec}", which is not supported.`
    throw new AppError('video_unsupported', detail)
  }
  if (codedWidth === 0 || codedHeight === 0) {
    throw new AppError('video_unreadable', `${name} does not say how large its frames are.`)
  }
  if (pixelAspect > MAX_PIXEL_ASPECT || pixelAspect < 1 / MAX_PIXEL_ASPECT) {
    const detail = `${name} has pixels that are ${pixelAspect} times as wide as high.`
    throw new AppError('video_unsupported', detail)
  }
  const width = Math.round(codedWidth * Math.max(1, pixelAspect))
  const height = Math.round(codedHeight / Math.min(1, pixelAspect))
  const meta = { width, height }
  if (Math.min(width, height) < limits.imageMinSide) {
    const detail = `${name} has ${width} x ${height} pixels; at least ${limits.imageMinSide} on a side are needed.`
    throw new AppError('video_unsupported', detail, { meta })
  }
  if (width * height > limits.videoMaxPixels) {
    const detail = `${name} has ${width} x ${height} pixels; at most ${limits.videoMaxPixels} in all are allowed.`
    throw new AppError('video_too_large', detail, { meta })
  }
}
