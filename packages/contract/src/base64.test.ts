import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { checkBase64, decodeBase64 } from './base64.ts'

function decoded(text: string, chunkChars?: number): Buffer {
  return Buffer.concat([...decodeBase64(text, chunkChars)])
}

/** Breaks lines as mail programs do, and ends with one. */
function withLineBreaks(text: string): string {
  return `${text.replaceAll(/.{1,76}/g, '$&\r\n')}\n`
}

const bytes = fc.uint8Array({ minLength: 1, maxLength: 400 }).map((array) => Buffer.from(array))

describe('base64', () => {
  it('fault 56: accepts every spelling of the same bytes and reports their length', () => {
    fc.assert(
      fc.property(bytes, fc.integer({ min: 1, max: 50 }), (original, chunkChars) => {
        const text = original.toString('base64')
        const urlSafe = text.replaceAll('+', '-').replaceAll('/', '_')
        const spellings = [
          text,
          urlSafe,
          withLineBreaks(text),
          `data:image/png;base64,${text}`,
          ` DATA:image/png;name=a.png;BASE64,\n${urlSafe}`,
          `data:;base64,${text}`,
        ]
        for (const spelling of spellings) {
          expect(checkBase64(spelling)).toMatchObject({ ok: true, bytes: original.length })
          expect(decoded(spelling, chunkChars).equals(original)).toBe(true)
        }
      }),
    )
  })

  it('14.23: accepts base64 and base64url without padding, whatever characters they hold', () => {
    fc.assert(
      fc.property(bytes, (original) => {
        const unpadded = original.toString('base64').replaceAll('=', '')
        for (const text of [unpadded, original.toString('base64url'), withLineBreaks(unpadded)]) {
          expect(checkBase64(text)).toMatchObject({ ok: true, bytes: original.length })
          expect(decoded(text).equals(original)).toBe(true)
        }
      }),
    )
  })

  it('gives whole chunks and a shorter last one', () => {
    const text = Buffer.alloc(1000, 7).toString('base64')
    expect([...decodeBase64(text, 400)].map((chunk) => chunk.length)).toEqual([300, 300, 300, 100])
  })

  it('decodes the same where there is no Buffer, as in browsers', () => {
    fc.assert(
      fc.property(bytes, fc.integer({ min: 1, max: 50 }), (original, chunkChars) => {
        for (const text of [
          original.toString('base64url'),
          withLineBreaks(original.toString('base64')),
        ]) {
          vi.stubGlobal('Buffer', undefined)
          const chunks = [...decodeBase64(text, chunkChars)]
          vi.unstubAllGlobals()
          expect(Buffer.concat(chunks).equals(original)).toBe(true)
        }
      }),
    )
  })

  it('reads the media type of a data URI', () => {
    expect(checkBase64('data:Image/PNG;charset=x;base64,QUJD')).toMatchObject({
      mediaType: 'image/png',
    })
    expect(checkBase64('QUJD')).toMatchObject({ mediaType: null })
  })

  it.each([
    ['QQ=', 'its padding is wrong: 2 "=" expected, 1 found'],
    ['QUJD=', 'its padding is wrong: 0 "=" expected, 1 found'],
    ['Q===', 'its last character is incomplete'],
    ['QUJDR', 'its last character is incomplete'],
    ['QQ==QQ==', 'it continues after its padding at character 5'],
    ['QUJD!!', 'character 5 does not belong to base64'],
    ['QUJDé===', 'character 5 does not belong to base64'],
    ['https://example.org/a.png', 'character 6 does not belong to base64'],
    ['data:image/png,QUJD', 'it is a data URI without ";base64"'],
    ['data:image/png;base64', 'it begins as a data URI but has no comma'],
    ['data:image/png;base64,QUJ%44', 'character 26 does not belong to base64'],
    ['====', 'it holds no data'],
  ])('fault 56: refuses %j because %s', (text, reason) => {
    expect(checkBase64(text)).toMatchObject({ ok: false, empty: false, reason })
  })

  it.each(['', ' \n', 'data:image/png;base64,'])('calls %j empty', (text) => {
    expect(checkBase64(text)).toMatchObject({ ok: false, empty: true })
  })

  it('agrees with the decoder on any text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const check = checkBase64(text)
        if (check.ok) expect(decoded(text).length).toBe(check.bytes)
      }),
    )
  })

  it('refuses to decode what is not base64', () => {
    expect(() => decoded('a!')).toThrow(TypeError)
    expect(() => decoded('data:image/png,abc')).toThrow(TypeError)
  })
})
