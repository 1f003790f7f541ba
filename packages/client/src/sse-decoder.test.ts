import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SseDecoder, type SseMessage } from './sse-decoder.ts'

const utf8 = new TextEncoder()

function decode(pieces: readonly Uint8Array[]): SseMessage[] {
  const decoder = new SseDecoder()
  return pieces.flatMap((piece) => [...decoder.push(piece)])
}

const decodeText = (text: string): SseMessage[] => decode([utf8.encode(text)])
const message = (data: string, event = 'message', lastEventId = ''): SseMessage => ({
  event,
  data,
  lastEventId,
})

/** The same bytes, cut at the given places. */
function cut(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const ends = [...places.map((place) => place % (bytes.length + 1)), bytes.length]
  const sorted = ends.toSorted((a, b) => a - b)
  return sorted.map((end, index) => bytes.subarray(index === 0 ? 0 : sorted[index - 1], end))
}

const lineText = fc.string({ unit: 'grapheme' }).map((text) => text.replace(/[\r\n\0]/g, ' '))
const places = fc.array(fc.nat(), { maxLength: 40 })
const anyStream = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '\n',
        '\r',
        '\r\n',
        ':',
        ' ',
        'data',
        'data:',
        'id:',
        'event: ',
        'retry:5',
        '\0',
      ),
      fc.string({ unit: 'grapheme' }),
    ),
    { maxLength: 60 },
  )
  .map((parts) => utf8.encode(parts.join('')))

describe('SseDecoder', () => {
  it('reads what a hub sends', () => {
    const stream =
      'retry: 2000\n\n: ping\n\nid: 4\nevent: progress\ndata: {"a":1}\n\nevent: done\ndata:\n\n'
    expect(decodeText(stream)).toEqual([
      message('{"a":1}', 'progress', '4'),
      message('', 'done', '4'),
    ])
  })

  it.each([
    ['joins the lines of one event', 'data: a\ndata:\ndata: b\n\n', [message('a\n\nb')]],
    ['takes one space off, and no more', 'data:  a \n\n', [message(' a ')]],
    ['keeps colons in a value', 'data: a: b\n\n', [message('a: b')]],
    ['takes a field without a colon as empty', 'data\n\n', [message('')]],
    ['drops an event without data', 'event: x\n\ndata: y\n\n', [message('y')]],
    ['drops an event that the stream did not end', 'data: x\n', []],
    ['ignores an id with NUL', 'id: 1\nid: 2\0\ndata: x\n\n', [message('x', 'message', '1')]],
    ['forgets an id that is empty', 'id: 1\nid\ndata: x\n\n', [message('x')]],
    ['ignores unknown fields', 'Data: x\nfoo: y\ndata: z\n\n', [message('z')]],
    ['drops a byte order mark', '\ufeffdata: x\n\n', [message('x')]],
    [
      'knows all three line endings',
      'data: a\r\rdata: b\r\n\r\ndata: c\n\n',
      ['a', 'b', 'c'].map((data) => message(data)),
    ],
  ])('%s', (_, stream, expected) => {
    expect(decodeText(stream)).toEqual(expected)
  })

  it('hands over an event at the CR that ends it, and takes the LF after it as part of that', () => {
    const decoder = new SseDecoder()
    expect(decoder.push(utf8.encode('data: a\r\n\r'))).toEqual([message('a')])
    expect(decoder.push(new Uint8Array())).toEqual([])
    expect(decoder.push(utf8.encode('\ndata: b\n\n'))).toEqual([message('b')])
  })

  it('remembers how long the server asks to wait, and only that', () => {
    const decoder = new SseDecoder()
    decoder.push(utf8.encode('retry: soon\n'))
    expect(decoder.retryMs).toBeNull()
    decoder.push(utf8.encode('retry: 2000\nretry: -1\n'))
    expect(decoder.retryMs).toBe(2000)
  })

  it('holds no more than its limit', () => {
    const endless = utf8.encode('x'.repeat(60))
    const decoder = new SseDecoder(100)
    decoder.push(endless)
    expect(() => decoder.push(endless)).toThrow(/too large/)
  })

  it('reads any stream the same, however it is cut', () => {
    fc.assert(
      fc.property(anyStream, places, (stream, where) => {
        expect(decode(cut(stream, where))).toEqual(decode([stream]))
      }),
      { numRuns: 500 },
    )
  })

  it('reads back what was written, with any line ending, however it is cut', () => {
    const event = fc.record({
      event: lineText.filter((text) => text !== ''),
      lines: fc.array(lineText, { minLength: 1, maxLength: 4 }),
      id: fc.nat().map(String),
    })
    const property = fc.property(
      fc.array(event, { maxLength: 6 }),
      fc.constantFrom('\n', '\r', '\r\n'),
      places,
      (events, ending, where) => {
        const lines = events.flatMap(({ event, lines, id }) => [
          ...[`id: ${id}`, `event: ${event}`, ': comment'],
          ...lines.map((line) => `data: ${line}`),
          '',
        ])
        const stream = utf8.encode(lines.map((line) => line + ending).join(''))
        const expected = events.map(({ event, lines, id }) => message(lines.join('\n'), event, id))
        expect(decode(cut(stream, where))).toEqual(expected)
      },
    )
    fc.assert(property, { numRuns: 300 })
  })
})
