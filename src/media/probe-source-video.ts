// Reads the facts of a file's video track that decide whether and how it is decoded. All of them are claims of its headers. Cover
// pictures do not count as video tracks (`V` leaves them out).
import type { ColorMatrix } from './color-filters.ts'
import { runTool, type ToolOptions } from './run-tool.ts'
import type { HdrTransfer } from './tone-map.ts'
import type { Tool } from './tool.ts'

/** The one video track of an input, as ffmpeg and ffprobe name it. */
export const VIDEO_TRACK = 'V:0'

export interface SourceVideoFacts {
  readonly codec: string
  /** As coded: before rotation, in pixels that may not be square. */
  readonly codedWidth: number
  readonly codedHeight: number
  /** Width of a pixel, its height being 1. */
  readonly pixelAspect: number
  /** The colour matrix, from the tags or, without tags, as players assume. */
  readonly colorMatrix: ColorMatrix
  /** null unless the video is HDR. */
  readonly hdrTransfer: HdrTransfer | null
  readonly interlaced: boolean
}

const STREAM_ENTRIES =
  'codec_name,width,height,sample_aspect_ratio,color_space,color_transfer,field_order'

/**
 * @param input from `inputArguments()`
 * @returns null when the file has no video track
 * @throws AppError `tool_failed` when ffprobe cannot make sense of the file, `tool_timeout`, `canceled`
 */
export async function probeSourceVideo(
  ffprobe: Tool,
  input: readonly string[],
  options: ToolOptions,
): Promise<SourceVideoFacts | null> {
  const entries = `stream=${STREAM_ENTRIES}`
  const { stdout } = await runTool(
    ffprobe,
    ['-select_streams', VIDEO_TRACK, '-show_entries', entries, '-of', 'json', ...input],
    options,
  )
  const [stream] = (JSON.parse(stdout.toString('utf8')) as ProbedStreams).streams ?? []
  if (stream === undefined) return null
  const { width = 0, height = 0 } = stream
  const [across = 1, down = 1] = (stream.sample_aspect_ratio ?? '1:1').split(':').map(Number)
  return {
    codec: stream.codec_name ?? 'unknown',
    codedWidth: width,
    codedHeight: height,
    // `0:1` means "unknown".
    pixelAspect: across > 0 && down > 0 ? across / down : 1,
    colorMatrix: matrixOf(stream.color_space ?? 'unknown', width, height),
    hdrTransfer: isHdr(stream.color_transfer) ? stream.color_transfer : null,
    interlaced: ['tt', 'bb', 'tb', 'bt'].includes(stream.field_order ?? ''),
  }
}

function isHdr(transfer: string | undefined): transfer is HdrTransfer {
  return transfer === 'arib-std-b67' || transfer === 'smpte2084'
}

/** Without a tag, a video larger than standard definition counts as high definition: bt709. */
function matrixOf(colorSpace: string, width: number, height: number): ColorMatrix {
  if (colorSpace === 'bt709') return 'bt709'
  if (colorSpace.startsWith('bt2020')) return 'bt2020'
  if (['smpte170m', 'bt470bg', 'fcc'].includes(colorSpace)) return 'bt601'
  return Math.min(width, height) > 576 || Math.max(width, height) > 1024 ? 'bt709' : 'bt601'
}

interface ProbedStreams {
  readonly streams?: readonly {
    readonly codec_name?: string
    readonly width?: number
    readonly height?: number
    readonly sample_aspect_ratio?: string
    readonly color_space?: string
    readonly color_transfer?: string
    readonly field_order?: string
  }[]
}
