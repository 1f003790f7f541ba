import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkJson } from './check-json.ts'

const check = (text: string) => checkJson(Buffer.from(text))

describe('the look at a JSON body', () => {
  it('lets every JSON pass that JSON.stringify writes', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 8 }), (value) => {
        expect(check(JSON.stringify(value))).toEqual({ ok: true })
        expect(check(JSON.stringify(value, null, 2))).toEqual({ ok: true })
      }),
    )
  })

  it('never throws, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        checkJson(bytes)
      }),
    )
    const piece = fc.constantFrom('{', '}', '[', ']', '"', '\\', ':', ',', 'a', ' ', '\\u0061')
    fc.assert(fc.property(fc.array(piece), (pieces) => void check(pieces.join(''))))
  })

  it.each([
    '{"a":1,"a":2}',
    '{"a":1,"\\u0061":2}',
    '{"a":1, "b":{"c":[{"x":1,"y":2,"x" : 3}]}}',
    '{"__proto__":1,"__proto__":2}',
    '{"a\\\\":1,"a\\\\":2}',
  ])('finds the name that is there twice in %s', (text) => {
    expect(check(text)).toMatchObject({ ok: false, reason: expect.any(String) })
  })

  it.each([
    '{"a":"a","b":"a"}',
    '[{"a":1},{"a":1}]',
    '{"a":{"a":1}}',
    '{"a":["a","a"]}',
    '{"a\\"":1,"a":2}',
  ])('finds nothing twice in %s', (text) => {
    expect(check(text)).toEqual({ ok: true })
  })

  it('refuses what is broader than any request', () => {
    expect(check(`[${'{},'.repeat(4000)}{}]`)).toEqual({ ok: true })
    expect(check(`[${'{},'.repeat(6000)}{}]`)).toMatchObject({ ok: false })
  })

  it('refuses what is deeper than any request', () => {
    expect(check('['.repeat(32) + ']'.repeat(32))).toEqual({ ok: true })
    expect(check('{"a":'.repeat(100_000))).toMatchObject({ ok: false })
  })
})
