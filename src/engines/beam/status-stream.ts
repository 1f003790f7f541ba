// The news of one task as server-sent events: `event: status`, its data the task. Only what they mean for a look is kept here.

/** A task with its result and its outputs; more than this is nothing that a gateway sends. */
const MAX_EVENT_CHARS = 64 * 1024 * 1024

/** The data of each event, in order. @throws Error when an event is longer than any can be */
export async function* readEvents(body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  // Of the line that has not ended: looked through once, however many chunks it comes in.
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
