// Reads the facts of an engine's video that decide how to finish it: its codec, its colours, and when each frame is shown. A video of
// an hour has 90,000 frames, so ffprobe's lines are read as they come and only numbers are kept.
import { AppError } from '../domain/errors.ts'
import { runTool, type ToolOptions } from './run-tool.ts'
import type { Tool } from './tool.ts'
import { ToolLines } from './tool-lines.ts'

export interface VideoFacts {
  readonly codec: string
  readonly pixelFormat: string
  readonly colorMatrix: string
  readonly colorPrimaries: string
  readonly colorTransfer: string
  readonly colorRange: string
  readonly sampleAspectRatio: string
  /** Ticks of the time base per second, e.g. 12800. */
  readonly ticksPerSecond: number
  /** Frames in the file. */
  readonly frames: number
  /**
   * When each frame that is shown is shown, in units of the time base, in the order of the file, which is the order of decoding. An edit
   * list may hide frames at the start.
   */
  readonly shownAt: readonly number[]
}

/** A frame has a line of about 30 characters: six hours at 25 fps. */
const MAX_OUTPUT_BYTES = 16 * 1024 * 1024

const STREAM_ENTRIES =
  'stream=codec_name,pix_fmt,color_space,color_primaries,color_transfer,color_range,sample_aspect_ratio,time_base'

/** @throws AppError `output_invalid` when there is no video stream, `tool_failed`, `tool_timeout`, `canceled` */
export async function probeVideo(
  ffprobe: Tool,
  input: readonly string[],
  options: ToolOptions,
): Promise<VideoFacts> {
  const entries = `${STREAM_ENTRIES}:packet=pts,flags`
  const stream = new Map<string, string>()
  const shownAt: number[] = []
  let frames = 0
  const takeLine = (line: string): void => {
    if (line.startsWith('stream|')) readFields(line, stream)
    if (!line.startsWith('packet|')) return
    frames += 1
    const pts = shownPts(line)
    if (pts !== null) shownAt.push(pts)
  }
  const lines = new ToolLines(takeLine)
  await runTool(
    ffprobe,
    ['-select_streams', 'v:0', '-show_entries', entries, '-of', 'compact', ...input],
    { ...options, maxOutputBytes: MAX_OUTPUT_BYTES, onStdout: lines.push },
  )
  lines.end()
  if (stream.size === 0) {
    throw new AppError('output_invalid', 'The engine made a file without a video stream.')
  }
  const [numerator = 0, denominator = 1] = (stream.get('time_base') ?? '0/1').split('/').map(Number)
  const of = (name: string): string => stream.get(name) ?? 'unknown'
  return {
    codec: of('codec_name'),
    pixelFormat: of('pix_fmt'),
    colorMatrix: of('color_space'),
    colorPrimaries: of('color_primaries'),
    colorTransfer: of('color_transfer'),
    colorRange: of('color_range'),
    sampleAspectRatio: stream.get('sample_aspect_ratio') ?? '1:1',
    ticksPerSecond: denominator / numerator,
    frames,
    shownAt,
  }
}

/** `stream|codec_name=h264|pix_fmt=yuv420p`. */
function readFields(line: string, to: Map<string, string>): void {
  for (const field of line.trim().split('|').slice(1)) {
    const [name = '', value = ''] = field.split('=', 2)
    to.set(name, value)
  }
}

/** From `packet|pts=512|flags=K__`, with as little garbage as can be. null for a frame that is not shown. */
function shownPts(line: string): number | null {
  const flagsAt = line.indexOf('flags=')
  if (flagsAt >= 0 && line.includes('D', flagsAt)) return null
  return Number.parseInt(line.slice(line.indexOf('pts=') + 4), 10)
}
