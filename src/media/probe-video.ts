// Reads the facts of an engine's video that decide how to finish it: its codec, its colours, and when each frame is shown.
import { AppError } from '../domain/errors.ts'
import { runTool, type ToolOptions } from './run-tool.ts'
import type { Tool } from './tool.ts'

export interface VideoPacket {
  /** When the frame is shown, in units of the stream's time base. */
  readonly pts: number
  /** Whether it is shown: an edit list may drop frames at the start. */
  readonly shown: boolean
}

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
  /** In the order of the file, which is the order of decoding. */
  readonly packets: readonly VideoPacket[]
}

/** Ten minutes at 25 fps are 15,000 packets of about 60 characters. */
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
  const { stdout } = await runTool(
    ffprobe,
    ['-select_streams', 'v:0', '-show_entries', entries, '-of', 'json', ...input],
    { ...options, maxOutputBytes: MAX_OUTPUT_BYTES },
  )
  const { streams = [], packets = [] } = JSON.parse(stdout.toString('utf8')) as ProbedVideo
  const [stream] = streams
  if (stream === undefined) {
    throw new AppError('output_invalid', 'The engine made a file without a video stream.')
  }
  const [numerator = 0, denominator = 1] = (stream.time_base ?? '0/1').split('/').map(Number)
  return {
    codec: stream.codec_name ?? 'unknown',
    pixelFormat: stream.pix_fmt ?? 'unknown',
    colorMatrix: stream.color_space ?? 'unknown',
    colorPrimaries: stream.color_primaries ?? 'unknown',
    colorTransfer: stream.color_transfer ?? 'unknown',
    colorRange: stream.color_range ?? 'unknown',
    sampleAspectRatio: stream.sample_aspect_ratio ?? '1:1',
    ticksPerSecond: denominator / numerator,
    packets: packets.map(({ pts, flags }) => ({
      pts: pts ?? Number.NaN,
      shown: !(flags ?? '').includes('D'),
    })),
  }
}

interface ProbedVideo {
  readonly streams?: readonly {
    readonly codec_name?: string
    readonly pix_fmt?: string
    readonly color_space?: string
    readonly color_primaries?: string
    readonly color_transfer?: string
    readonly color_range?: string
    readonly sample_aspect_ratio?: string
    readonly time_base?: string
  }[]
  readonly packets?: readonly { readonly pts?: number; readonly flags?: string }[]
}
