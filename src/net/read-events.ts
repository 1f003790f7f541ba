// Server-sent events of another service. Only the data is kept: what a poll would have brought as well.

/** Far more than a task with its result, or a preview picture; no service sends a longer event. */
const MAX_EVENT_CHARS = 64 * 1024 * 1024

/** The data of each event, in order. @throws Error when an event is longer than the limit */
export async function* readEvents(body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  // The unfinished line. It is searched once, however many chunks it arrives in.
  let begun: string[] = []
  let data: string[] = []
  let held = 0
  for await (const chunk of body) {
    const [first = '', ...others] = decoder.decode(chunk, { stream: true }).split('\n')
    begun.push(first)
    held += first.length
    for (const next of others) {
      const line = begun.join('').replace(/\r$/, '')
      begun = [next]
      held += next.length
      if (line.startsWith('data:')) data.push(line.slice(5).replace(/^ /, ''))
      if (line !== '') continue
      if (data.length > 0) yield data.join('\n')
      data = []
      held = next.length
    }
    if (held > MAX_EVENT_CHARS) throw new Error('The event does not end.')
  }
}
