// The body of a call that the gateway hands on, read to its end: bounded, and given up with the call.
import type { IncomingMessage } from 'node:http'
import { isRecord } from '@infinitetalk/contract'
import { AppError } from '../../domain/errors.ts'

/** @throws AppError `input_too_large`, `invalid_request`, or the reason of the signal */
export async function readMessage(
  request: IncomingMessage,
  maxBytes: number,
  signal: AbortSignal,
): Promise<unknown> {
  const text = await readBody(request, maxBytes, signal)
  try {
    const message: unknown = JSON.parse(text)
    // Who calls this container without the gateway sends the request as it is.
    return isRecord(message) && ('args' in message || 'kwargs' in message)
      ? message
      : { kwargs: message }
  } catch (cause) {
    throw new AppError('invalid_request', 'The body of the request is no JSON.', { cause })
  }
}

/** The connection stays, for the answer that says why: a loop over the request would destroy it with the first error. */
async function readBody(
  request: IncomingMessage,
  maxBytes: number,
  signal: AbortSignal,
): Promise<string> {
  const { promise: ended, resolve, reject } = Promise.withResolvers<void>()
  const chunks: Buffer[] = []
  let bytes = 0
  const take = (chunk: Buffer): void => {
    bytes += chunk.length
    if (bytes <= maxBytes) chunks.push(chunk)
    else reject(new AppError('input_too_large', `The request has more than ${maxBytes} bytes.`))
  }
  const stop = (): void => reject(signal.reason)
  request.on('data', take).once('end', resolve).once('error', reject)
  signal.addEventListener('abort', stop, { once: true })
  if (signal.aborted) stop()
  try {
    await ended
    return Buffer.concat(chunks).toString('utf8')
  } finally {
    signal.removeEventListener('abort', stop)
    request.off('data', take)
  }
}
