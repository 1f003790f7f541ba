// Reads a secret from standard input: a line that is typed and not shown, or all that a pipe brings.
import type { ReadStream } from 'node:tty'
import { AppError } from '../domain/errors.ts'
import type { Terminal } from './terminal.ts'

const MAX_CHARS = 4096
const CTRL_C = '\u0003'
const CTRL_D = '\u0004'
const BACKSPACE = /[\b\u007f]/

/** @throws AppError `canceled`, `usage` */
export async function readSecret(
  { stdin, stderr }: Terminal,
  prompt: string,
  signal: AbortSignal,
): Promise<string> {
  if (stdin.isTTY !== true) return readPipe(stdin)
  stderr.write(prompt)
  const typed = stdin as ReadStream
  typed.setRawMode(true)
  try {
    return await readLine(typed, signal)
  } finally {
    typed.setRawMode(false)
    typed.pause()
    stderr.write('\n')
  }
}

async function readPipe(stdin: NodeJS.ReadableStream): Promise<string> {
  let text = ''
  for await (const chunk of stdin) {
    text += chunk.toString()
    if (text.length > MAX_CHARS)
      throw new AppError('usage', 'Standard input is too long for a key.')
  }
  return text.trim()
}

function readLine(stdin: ReadStream, signal: AbortSignal): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const canceled = (): void => reject(new AppError('canceled', 'The login was canceled.'))
  let line = ''
  const onData = (chunk: Buffer): void => {
    for (const char of chunk.toString()) {
      if (char === '\r' || char === '\n' || char === CTRL_D) resolve(line.trim())
      else if (char === CTRL_C) canceled()
      else if (BACKSPACE.test(char)) line = line.slice(0, -1)
      else if (line.length < MAX_CHARS) line += char
    }
  }
  stdin.on('data', onData)
  signal.addEventListener('abort', canceled, { once: true })
  return promise.finally(() => {
    stdin.off('data', onData)
    signal.removeEventListener('abort', canceled)
  })
}
