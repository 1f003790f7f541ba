// An error as a person reads it: what it is called, what happened, what to do. With --json, the same object the API sends.
import { type AppError, describeError } from '../domain/errors.ts'
import { printJson, type Terminal } from './terminal.ts'

export function printError(terminal: Terminal, error: AppError): void {
  if (terminal.json) {
    printJson(terminal, { event: 'error', ...describeError(error) })
    return
  }
  const lines = [`❌ ${error.detail}`, `   ${error.code}: ${error.entry.hint}`]
  terminal.stderr.write(`${lines.join('\n')}\n`)
}
