// Ends an answer that is sent before the body of its request was read. Closing the connection while the caller still sends would
// reset it, and the caller would see a broken pipe instead of the answer. So the answer is sent at once, and the rest of the
// body is read and dropped for a while before the connection is closed.
import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'

/** A caller that is silent this long has seen the answer or has nothing to send. */
const IDLE_MS = 1000
const MAX_MS = 5000
const MAX_BYTES = 64 * 1024 * 1024

/** The bytes of the answer. The stream ends when the caller has stopped sending. */
export function lingering(answer: Buffer, request: IncomingMessage): Readable {
  return Readable.from(
    (async function* () {
      yield answer
      await dropRest(request)
    })(),
    { objectMode: false },
  )
}

function dropRest(request: IncomingMessage): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const idle = setTimeout(resolve, IDLE_MS)
  const end = setTimeout(resolve, MAX_MS)
  let bytes = 0
  const onData = (chunk: Buffer): void => {
    bytes += chunk.length
    if (bytes > MAX_BYTES) resolve()
    idle.refresh()
  }
  // A reader of the body that has stopped would keep it from flowing.
  request.removeAllListeners('readable')
  request.on('data', onData)
  for (const event of ['end', 'close', 'error']) request.once(event, resolve)
  setImmediate(() => request.resume())
  return promise.finally(() => {
    clearTimeout(idle)
    clearTimeout(end)
    request.off('data', onData)
  })
}
