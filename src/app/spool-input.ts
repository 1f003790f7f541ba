// Writes a stream of unknown length, such as standard input, to a file, and checks its size limit while it writes.
import { createWriteStream } from 'node:fs'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { AppError } from '../domain/errors.ts'

/** @throws AppError `input_too_large`, `input_empty` */
export async function spoolInput(
  source: NodeJS.ReadableStream,
  toPath: string,
  maxBytes: number,
  signal: AbortSignal,
): Promise<void> {
  let bytes = 0
  const counter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length
      if (bytes > maxBytes) {
        done(new AppError('input_too_large', `The input is larger than ${maxBytes} bytes.`))
      } else done(null, chunk)
    },
  })
  await pipeline(source, counter, createWriteStream(toPath, { flags: 'wx', mode: 0o600 }), {
    signal,
  })
  if (bytes === 0) throw new AppError('input_empty', 'Nothing came on standard input.')
}
