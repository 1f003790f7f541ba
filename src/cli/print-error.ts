// Prints an error for a person: what happened, its code, what to do. With --json, the same object that the API sends.
import { type AppError, describeError } from '../domain/errors.ts'
import { hangLines } from './hang.ts'
import { printJson, type Terminal } from './terminal.ts'

export function printError(terminal: Terminal, error: AppError, hint: string): void {
  if (terminal.json) {
    printJson(terminal, { event: 'error', ...describeError(error), hint })
    return
  }
  const { columns } = terminal.stderr
  const lines = [
    hangLines('❌ ', error.detail, columns),
    hangLines('   ', `${error.code}: ${hint}`, columns),
  ]
  terminal.stderr.write(`${lines.join('\n')}\n`)
}
