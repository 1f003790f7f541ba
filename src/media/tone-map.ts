// Brings the colours of a phone's HDR film into the range that everything here works in. Without it faces turn grey: HDR codes
// brightness and colours in a way of its own.
import { runTool, type ToolOptions } from './run-tool.ts'
import type { Tool } from './tool.ts'

/** As ffprobe and the zscale filter name them. */
export type HdrTransfer = 'arib-std-b67' | 'smpte2084'

/** What is white in a film that is not HDR shines with 203 cd/m2 in one that is (ITU-R BT.2408). */
const WHITE_NITS = 203
/** Up to here nothing changes; what is brighter is pressed together instead of cut off. Of white. */
const UNCHANGED_BELOW = 0.6

/**
 * @returns filters that make yuv444p in bt709 and limited range of HDR frames; null where this build of ffmpeg cannot
 * @throws AppError `tool_failed`, `tool_timeout`, `canceled`
 */
export async function toneMapFilters(
  transfer: HdrTransfer,
  ffmpeg: Tool,
  options: ToolOptions,
): Promise<readonly string[] | null> {
  const { stdout } = await runTool(ffmpeg, ['-filters'], options)
  const filters = stdout.toString('latin1')
  if (!/ zscale /.test(filters) || !/ tonemap /.test(filters)) return null
  return [
    `zscale=tin=${transfer}:min=bt2020nc:pin=bt2020:rin=tv:t=linear:npl=${WHITE_NITS}`,
    'format=gbrpf32le',
    'zscale=p=bt709',
    `tonemap=tonemap=mobius:desat=0:param=${UNCHANGED_BELOW}`,
    'zscale=t=bt709:m=bt709:r=tv',
    'format=yuv444p',
  ]
}
