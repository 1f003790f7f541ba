// Converts HDR video, as phones record it, to the range of ordinary video (SDR). Without the conversion faces turn grey, because
// HDR encodes brightness and colours differently.
import { runTool, type ToolOptions } from './run-tool.ts'
import type { Tool } from './tool.ts'

/** As ffprobe and the zscale filter name them. */
export type HdrTransfer = 'arib-std-b67' | 'smpte2084'

/** SDR white corresponds to 203 cd/m2 in HDR (ITU-R BT.2408). */
const WHITE_NITS = 203
/** Share of white. Darker colours do not change; brighter ones are compressed instead of clipped. */
const UNCHANGED_BELOW = 0.6

/**
 * @returns filters that convert HDR frames to yuv444p in bt709 and limited range; null when this build of ffmpeg lacks them
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
