// The body of an answer as a stream that tells the truth at its end: complete, or an error. Silence while somebody waits for
// the next piece is a timeout; a reader that takes its time is not.
import { ConnectionError } from './errors.ts'
import type { OpenAnswer } from './transport.ts'

/** @param expectedBytes null when the server did not say how many there are */
export function guardedStream(
  { response, deadline, toError }: OpenAnswer,
  expectedBytes: number | null,
): ReadableStream<Uint8Array> {
  const reader = response.body?.getReader() ?? null
  let receivedBytes = 0
  deadline.pause()
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          deadline.extend()
          const { done, value } = (await reader?.read()) ?? { done: true, value: undefined }
          deadline.pause()
          if (!done) {
            receivedBytes += value.byteLength
            controller.enqueue(value)
            return
          }
          deadline.dispose()
          if (expectedBytes === null || receivedBytes === expectedBytes) controller.close()
          else controller.error(cutShort(receivedBytes, expectedBytes))
        } catch (thrown) {
          deadline.dispose()
          controller.error(toError(thrown))
        }
      },
      async cancel(reason) {
        deadline.dispose()
        await reader?.cancel(reason)
      },
    },
    // Nothing is read before it is asked for.
    { highWaterMark: 0 },
  )
}

function cutShort(receivedBytes: number, expectedBytes: number): ConnectionError {
  return new ConnectionError(
    `The connection was cut after ${receivedBytes} of ${expectedBytes} bytes.`,
  )
}
