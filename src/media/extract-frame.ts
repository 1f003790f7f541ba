// One frame of a video that this program made, as a PNG without loss.
import type { MediaTools } from './media-tools.ts'
import { runTool } from './run-tool.ts'
import { fileArgument, inputArguments } from './tool-command.ts'

export interface FrameToExtract {
  readonly path: string
  readonly seconds: number
  readonly toPath: string
}

/** @throws AppError `tool_failed`, `tool_timeout`, `disk_full`, `canceled` */
export async function extractFrame(
  { path, seconds, toPath }: FrameToExtract,
  { tools, limits }: MediaTools,
  signal: AbortSignal,
): Promise<void> {
  const options = { signal, timeoutMs: limits.jobTimeoutMs, maxMemoryBytes: limits.childMaxBytes }
  const frame = ['-frames:v', '1', '-c:v', 'png', '-f', 'image2', '-update', '1']
  const toRgb = ['-map', '0:v:0', '-filter:v', 'scale=in_color_matrix=bt709,format=rgb24']
  await runTool(
    tools.ffmpeg,
    // Before -i: ffmpeg seeks to the frame exactly and decodes no more than its group.
    [
      ...['-ss', seconds.toFixed(3)],
      ...inputArguments(path, 'mov'),
      ...toRgb,
      ...frame,
      fileArgument(toPath),
    ],
    options,
  )
}
