import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readJsonLines } from './json-lines.ts'

async function* inPieces(bytes: Uint8Array, cuts: readonly number[]): AsyncGenerator<Uint8Array> {
  const places = [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length]
  let from = 0
  for (const to of places.sort((a, b) => a - b)) {
    yield bytes.subarray(from, to)
    from = to
  }
}

async function read(text: string, cuts: readonly number[] = []): Promise<unknown[]> {
  const objects: unknown[] = []
  const pieces = inPieces(new TextEncoder().encode(text), cuts)
  for await (const object of readJsonLines(pieces)) objects.push(object)
  return objects
}

describe('objects, one a line', () => {
  it('are read whole wherever the stream is cut, within a character too', async () => {
    const object = fc.dictionary(fc.string(), fc.string({ unit: 'binary' }))
    await fc.assert(
      fc.asyncProperty(fc.array(object), fc.array(fc.nat()), async (objects, cuts) => {
        const text = objects.map((one) => `${JSON.stringify(one)}\n`).join('')
        expect(await read(text, cuts)).toEqual(JSON.parse(JSON.stringify(objects)))
      }),
    )
  })

  it('need no end of line behind the last, and bear empty lines and CRLF', async () => {
    expect(await read('{"a":1}\r\n\n{"b":2}')).toEqual([{ a: 1 }, { b: 2 }])
  })

  it('leave out what was cut off', async () => {
    expect(await read('{"a":1}\n{"b":')).toEqual([{ a: 1 }])
  })

  it('are given up when a line does not end', async () => {
    await expect(read('x'.repeat(2_000_000))).rejects.toThrow('does not end')
  })
})
