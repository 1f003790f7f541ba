// Pushed events arrive whole however the network cuts them.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readEvents } from './read-events.ts'

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)

async function* cut(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function collect(events: AsyncIterable<string>): Promise<readonly string[]> {
  const collected: string[] = []
  for await (const event of events) collected.push(event)
  return collected
}

describe('pushed news', () => {
  it('are the data of each event, cut anywhere', async () => {
    const data = fc.array(fc.stringMatching(/^[^\r\n ][^\r\n]{0,40}$/), { minLength: 1 })
    await fc.assert(
      fc.asyncProperty(data, fc.integer({ min: 1, max: 9 }), async (events, size) => {
        const text = events.map((event) => `event: status\ndata: ${event}\n\n`).join('')
        expect(await collect(readEvents(cut(bytesOf(text), size)))).toEqual(events)
      }),
    )
  })

  it('do not count comments, and take both line ends', async () => {
    const text = ': keep-alive\r\n\r\ndata: a\r\ndata: b\r\n\r\ndata: unfinished'
    expect(await collect(readEvents(cut(bytesOf(text), 5)))).toEqual(['a\nb'])
  })

  it('take no longer for a line that comes in many chunks, and end with one that never ends', async () => {
    const chunk = bytesOf('x'.repeat(1024))
    async function* line(chunks: number): AsyncGenerator<Uint8Array> {
      yield bytesOf('data: ')
      for (let count = 0; count < chunks; count += 1) yield chunk
      yield bytesOf('\n\n')
    }
    const [event = ''] = await collect(readEvents(line(32 * 1024)))
    expect(event).toHaveLength(32 * 1024 * 1024)
    await expect(collect(readEvents(line(65 * 1024)))).rejects.toThrow('does not end')
  })
})
