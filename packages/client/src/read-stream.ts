// The pieces of a stream, one by one. Safari's streams are not iterable yet, so this does what `for await` would.

/** Leaves the stream cancelled when the reader stops early. */
export async function* readStream(
  stream: ReadableStream<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = stream.getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      yield value
    }
  } finally {
    await reader.cancel().catch(() => {})
  }
}
