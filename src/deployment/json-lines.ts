// Objects that come one a line, as a stream that may be cut anywhere: within a character, within a line, at its end.

/** An image that is built prints much, a line never this much. */
const MAX_LINE_CHARS = 1024 * 1024

/** Lines that are no JSON are left out. @throws Error when a line is longer than any can be */
export async function* readJsonLines(body: AsyncIterable<Uint8Array>): AsyncGenerator<unknown> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of body) {
    rest += decoder.decode(chunk, { stream: true })
    const lines = rest.split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) yield* parseLine(line)
    if (rest.length > MAX_LINE_CHARS) throw new Error('The line does not end.')
  }
  yield* parseLine(rest + decoder.decode())
}

function* parseLine(line: string): Generator<unknown> {
  if (line.trim() === '') return
  try {
    yield JSON.parse(line) as unknown
  } catch {
    // The half of a line: the connection ended within it. Who reads misses the end, and says so.
  }
}
