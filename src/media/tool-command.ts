// The command line of every run of ffmpeg and ffprobe. File names come from strangers: a program gets them only as
// `file:` with an absolute path, so that none can be an option, a protocol, a playlist address or a pattern.
import { resolve } from 'node:path'
import type { GuessedContainer } from './demuxers.ts'
import type { Container } from './sniff.ts'
import type { Tool } from './tool.ts'

/** The only protocols of a run. No file can make it access the network. */
const PROTOCOLS = ['-protocol_whitelist', 'file,pipe']

/** A file's name as an argument of ffmpeg or ffprobe. */
export function fileArgument(path: string): string {
  return `file:${resolve(path)}`
}

/** The paths that `fileArgument()` put among the arguments. */
export function filesOf(args: readonly string[]): string[] {
  return args.flatMap((arg) => (arg.startsWith('file:') ? [arg.slice('file:'.length)] : []))
}

/** A file as an input that only the demuxer of its container may open. */
export function inputArguments(path: string, container: Container | GuessedContainer): string[] {
  return ['-f', container, '-format_whitelist', container, '-i', fileArgument(path)]
}

/** A file as an input that one of these demuxers may open; the program chooses. */
export function guessArguments(path: string, demuxers: readonly string[]): string[] {
  return ['-format_whitelist', demuxers.join(','), '-i', fileArgument(path)]
}

/**
 * The complete arguments of a run. `-nostdin` keeps ffmpeg from reading commands from standard input (it may still read
 * `pipe:0`); the protocol list is an option of each input, so it goes before each `-i`.
 */
export function toolArguments(tool: Tool, args: readonly string[]): string[] {
  const quiet = ['-hide_banner', '-v', 'error']
  const restricted = args.flatMap((arg) => (arg === '-i' ? [...PROTOCOLS, arg] : [arg]))
  return [...(tool.name === 'ffmpeg' ? ['-nostdin'] : []), ...quiet, ...restricted]
}
