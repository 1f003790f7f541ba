// Where a command prints. Results go to stdout; progress and errors go to stderr, so that a pipe carries results only.

import { hangLines } from './hang.ts'

export interface TextStream {
  write(text: string): unknown
  readonly isTTY?: boolean
  readonly columns?: number
}

export interface Terminal {
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean }
  readonly stdout: TextStream
  readonly stderr: TextStream
  readonly json: boolean
  readonly quiet: boolean
}

const DEFAULT_COLUMNS = 80

export function columnsOf(stream: TextStream): number {
  return stream.columns && stream.columns > 0 ? stream.columns : DEFAULT_COLUMNS
}

export function printLine(terminal: Terminal, line: string): void {
  if (!terminal.quiet && !terminal.json) terminal.stdout.write(`${line}\n`)
}

/** The same, wrapped on a terminal: later lines are indented below the first word after the prefix. */
export function printHanging(terminal: Terminal, prefix: string, text: string): void {
  printLine(terminal, hangLines(prefix, text, terminal.stdout.columns).trimEnd())
}

/** One line of machine-readable output; nothing when --json was not asked for. */
export function printJson(terminal: Terminal, value: unknown): void {
  if (terminal.json) terminal.stdout.write(`${JSON.stringify(value)}\n`)
}

/** A problem that does not stop the command. */
export function printWarning(terminal: Terminal, text: string): void {
  if (terminal.json) printJson(terminal, { event: 'warning', message: text })
  else if (!terminal.quiet) {
    terminal.stderr.write(`${hangLines('⚠️  ', text, terminal.stderr.columns)}\n`)
  }
}
