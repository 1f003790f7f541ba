// The command line of every run of ffmpeg and ffprobe. File names come from strangers: they reach a program only behind
// `file:` and an absolute path, so that none can be an option, a protocol, a playlist address or a pattern.
import { resolve } from 'node:path'
import type { Tool } from './tool.ts'

/** The only protocols a run may use, whatever a file asks for: nothing ever goes to the network. */
const PROTOCOLS = ['-protocol_whitelist', 'file,pipe']

/** A file's name as an argument of ffmpeg or ffprobe. */
export function fileArgument(path: string): string {
  return `file:${resolve(path)}`
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

export interface ChildLimits {
  readonly maxMemoryBytes: number | null
  readonly maxCpuSeconds: number
}

export interface Command {
  readonly file: string
  readonly args: readonly string[]
}

/**
 * On Linux the shell sets the limits and becomes the program. The program and its arguments are positional parameters:
 * the shell never reads them as text. The CPU limit ends even a child whose parent was killed with SIGKILL.
 */
export function limitedCommand(
  file: string,
  args: readonly string[],
  limits: ChildLimits,
): Command {
  if (process.platform !== 'linux') return { file, args }
  const memory =
    limits.maxMemoryBytes === null ? '' : `ulimit -v ${Math.ceil(limits.maxMemoryBytes / 1024)}; `
  const script = `${memory}ulimit -t ${Math.ceil(limits.maxCpuSeconds)}; exec "$@"`
  return { file: '/bin/sh', args: ['-c', script, 'sh', file, ...args] }
}
