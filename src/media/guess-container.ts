// Asks ffprobe for the format of a sound file whose first bytes are on no list: raw streams have no magic number, and an MP3 may
// begin with junk. The answer is only a name: decoding uses that one demuxer, as for every other file.
import { AppError } from '../domain/errors.ts'
import { GUESSED_DEMUXERS, type GuessedContainer } from './demuxers.ts'
import { runTool, type ToolOptions } from './run-tool.ts'
import type { Tool } from './tool.ts'
import { guessArguments } from './tool-command.ts'

/**
 * @returns null when the file is of none of these formats
 * @throws AppError `tool_timeout`, `disk_full`, `canceled`
 */
export async function guessContainer(
  path: string,
  ffprobe: Tool,
  options: ToolOptions,
): Promise<GuessedContainer | null> {
  const format = await probeFormat(path, ffprobe, options)
  return GUESSED_DEMUXERS.find((demuxer) => demuxer === format) ?? null
}

async function probeFormat(
  path: string,
  ffprobe: Tool,
  options: ToolOptions,
): Promise<string | undefined> {
  const entries = ['-show_entries', 'format=format_name', '-of', 'json']
  try {
    const input = guessArguments(path, GUESSED_DEMUXERS)
    const { stdout } = await runTool(ffprobe, [...entries, ...input], options)
    const { format } = JSON.parse(stdout.toString('utf8')) as ProbedFormat
    return format?.format_name
  } catch (thrown) {
    if (thrown instanceof AppError && thrown.code === 'tool_failed') return undefined
    throw thrown
  }
}

interface ProbedFormat {
  readonly format?: { readonly format_name?: string }
}
