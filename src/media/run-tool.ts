// Runs ffmpeg and ffprobe, always with a deadline, limits on memory and output, no network and a minimal environment, and kills
// them when their work is aborted. runTool() collects the output, openTool() streams.
import { spawn } from 'node:child_process'
import { availableParallelism } from 'node:os'
import type { Readable, Writable } from 'node:stream'
import { abortError } from '../async/abort-error.ts'
import { AppError } from '../domain/errors.ts'
import { type ChildEnd, guardChild } from './guard-child.ts'
import { killedFromOutside } from './killed-from-outside.ts'
import { childEnvironment, limitedCommand } from './limited-command.ts'
import { StderrTail } from './stderr-tail.ts'
import type { Tool } from './tool.ts'
import { filesOf, toolArguments } from './tool-command.ts'

export interface ToolOptions {
  readonly signal: AbortSignal
  /** The run is killed after this time (`tool_timeout`). */
  readonly timeoutMs: number
  /** Maximum address space of the program. Linux only: other systems have no such limit. */
  readonly maxMemoryBytes?: number
}

export interface RunToolOptions extends ToolOptions {
  /** Maximum bytes of output, kept or streamed; more output fails with `tool_failed`. Default: 1 MiB. */
  readonly maxOutputBytes?: number
  /** Receives the output in chunks; `stdout` of the result is then empty. */
  readonly onStdout?: (chunk: Buffer) => void
}

export interface ToolOutput {
  readonly stdout: Buffer
  /** The end of the program's messages at level `error`, also for runs that succeeded. */
  readonly stderr: string
}

export interface OpenedTool {
  /** Standard input of the program; the caller ends it. `done` has the reason of a write error. */
  readonly stdin: Writable
  readonly stdout: Readable
  /**
   * Resolves when the program has ended well and its pipes are closed.
   * @throws AppError `canceled`, `tool_timeout`, `tool_failed`, `tool_killed`, `disk_full`
   */
  readonly done: Promise<void>
  /** Ends the program early; `done` then rejects with `canceled`. */
  kill(): void
}

const DEFAULT_MAX_OUTPUT_BYTES = 1024 * 1024

/**
 * Runs a program to its end with standard input closed. Files are named by `fileArgument()`, inputs by `-i`.
 * @throws AppError `canceled`, `tool_timeout`, `tool_failed`, `tool_killed`, `disk_full`
 */
export async function runTool(
  tool: Tool,
  args: readonly string[],
  options: RunToolOptions,
): Promise<ToolOutput> {
  const child = start(tool, args, options)
  child.stdin.end()
  const maxOutputBytes = options.maxOutputBytes ?? DEFAULT_MAX_OUTPUT_BYTES
  const kept: Buffer[] = []
  let bytes = 0
  child.stdout.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes > maxOutputBytes) {
      child.stop(
        new AppError('tool_failed', `${tool.name} printed more than ${maxOutputBytes} bytes.`),
      )
    } else if (options.onStdout !== undefined) {
      options.onStdout(chunk)
    } else {
      kept.push(chunk)
    }
  })
  await child.succeeded
  return { stdout: Buffer.concat(kept), stderr: child.stderr.text }
}

/** Starts a program that the caller feeds through `stdin`, reads through `stdout`, or both, with its own back-pressure. */
export function openTool(tool: Tool, args: readonly string[], options: ToolOptions): OpenedTool {
  const { stdin, stdout, succeeded, stop } = start(tool, args, options)
  const kill = (): void => stop(new AppError('canceled', `${tool.name} was stopped.`))
  return { stdin, stdout, done: succeeded, kill }
}

interface StartedTool {
  readonly stdin: Writable
  readonly stdout: Readable
  readonly stderr: StderrTail
  readonly succeeded: Promise<void>
  stop(reason: AppError): void
}

function start(tool: Tool, args: readonly string[], options: ToolOptions): StartedTool {
  if (options.signal.aborted) throw abortError(options.signal)
  const command = limitedCommand(tool.path, toolArguments(tool, args), {
    ...(options.maxMemoryBytes !== undefined && { maxAddressBytes: options.maxMemoryBytes }),
    maxCpuSeconds: (options.timeoutMs / 1000) * availableParallelism(),
  })
  const child = spawn(command.file, command.args, {
    env: childEnvironment(process.env),
    // A process group of its own: Ctrl-C at the terminal reaches this program, which then ends its children in order.
    detached: process.platform !== 'win32',
    windowsHide: true,
  })
  const stderr = new StderrTail(filesOf(args))
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk))
  // A program that ends before it has read all its input breaks the pipe; the reason is in `succeeded`.
  child.stdin.on('error', () => {})
  const { ended, stop } = guardChild(child, { name: tool.name, ...options })
  const succeeded = ended.then((end) => {
    const problem = failure(tool, end, stderr.text, stderr.lastLine)
    if (problem !== null) throw problem
  })
  succeeded.catch(() => {})
  return { stdin: child.stdin, stdout: child.stdout, stderr, succeeded, stop }
}

/** ffmpeg catches SIGTERM and SIGINT, exits with this code and prints no error. */
const CAUGHT_SIGNAL = 255

/** Null when all went well. Old builds exit with 0 although they ran out of disk or memory halfway. */
function failure(tool: Tool, end: ChildEnd, stderr: string, lastLine: string): AppError | null {
  const { exitCode, killedBy } = end
  const meta = { tool: tool.name, version: tool.version, exitCode, killedBy, stderr }
  if (/No space left on device/.test(stderr)) {
    return new AppError('disk_full', `${tool.name} found no space left on the disk.`, { meta })
  }
  if (/Cannot allocate memory/.test(stderr)) {
    return new AppError('tool_failed', `${tool.name} needed more memory than it may take.`, {
      meta,
    })
  }
  if (exitCode === 0) return null
  const hasCaughtSignal = exitCode === CAUGHT_SIGNAL && stderr === ''
  const killed = killedFromOutside(tool.name, end, hasCaughtSignal)
  if (killed !== null) return killed
  const how = killedBy === null ? `exited with code ${exitCode}` : `was ended by ${killedBy}`
  const said = lastLine === '' ? '' : `: ${lastLine}`
  return new AppError('tool_failed', `${tool.name} ${how}${said}.`, { meta })
}
