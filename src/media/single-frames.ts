// Writes a file in which every frame decodes alone, so that the frames form a video in any order. This repeats or reverses a video
// with only one frame in memory.
import { open } from 'node:fs/promises'
import { runTool, type ToolOptions } from './run-tool.ts'
import type { Tool } from './tool.ts'
import { fileArgument } from './tool-command.ts'

/** H.264 without a container, each frame with its own parameter sets. Nearly lossless, because it is encoded again. */
export const SINGLE_FRAMES_ENCODER: readonly string[] = [
  ...['-c:v', 'libx264', '-preset', 'ultrafast', '-crf', '6', '-g', '1', '-bf', '0', '-f', 'h264'],
]

export interface SingleFrame {
  readonly offset: number
  readonly bytes: number
}

/** Ten minutes at 25 fps are 15,000 lines of about 20 characters. */
const MAX_OUTPUT_BYTES = 8 * 1024 * 1024

/** @throws AppError `tool_failed`, `tool_timeout`, `canceled` */
export async function listSingleFrames(
  ffprobe: Tool,
  path: string,
  options: ToolOptions,
): Promise<readonly SingleFrame[]> {
  const { stdout } = await runTool(
    ffprobe,
    [
      ...['-select_streams', 'v:0', '-show_entries', 'packet=size', '-of', 'csv=p=0'],
      ...['-f', 'h264', '-i', fileArgument(path)],
    ],
    { ...options, maxOutputBytes: MAX_OUTPUT_BYTES },
  )
  let offset = 0
  return stdout
    .toString('latin1')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const frame = { offset, bytes: Number.parseInt(line, 10) }
      offset += frame.bytes
      return frame
    })
}

/** The bytes of the frames in the given order. */
export async function* readSingleFrames(
  path: string,
  frames: readonly SingleFrame[],
  order: Iterable<number>,
): AsyncGenerator<Buffer> {
  await using file = await open(path)
  for (const number of order) {
    const { offset, bytes } = frames[number]!
    const buffer = Buffer.allocUnsafe(bytes)
    await file.read(buffer, 0, bytes, offset)
    yield buffer
  }
}
