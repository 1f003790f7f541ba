import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { bearerOf, createApiKeys } from './api-keys.ts'

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
const hash = sha256('the key of the page')
const stored = {
  isEmpty: false,
  find: async (of: string) =>
    of === sha256('the key of the shop') ? { ownerKey: 'shop', isAdmin: false } : null,
}
const keys = createApiKeys({
  entries: ['cli:0123456789abcdef', `page:sha256:${hash}`],
  stored,
  host: '127.0.0.1',
})

describe('API keys', () => {
  it('name their caller, given as they are or as a hash', async () => {
    expect(await keys.find('0123456789abcdef')).toEqual({ ownerKey: 'cli', isAdmin: true })
    expect(await keys.find('the key of the page')).toEqual({ ownerKey: 'page', isAdmin: true })
    expect(await keys.find('the key of the shop')).toEqual({ ownerKey: 'shop', isAdmin: false })
  })

  it.each(['', '0123456789abcde', '0123456789abcdef ', '0123456789ABCDEF', hash, `sha256:${hash}`])(
    'do not let %j in',
    async (presented) => {
      expect(await keys.find(presented)).toBeNull()
    },
  )

  it.each([
    ['127.0.0.1', true],
    ['0.0.0.0', false],
  ])('are needed on %s unless it is this machine alone: %s', (host, none) => {
    const empty = { isEmpty: true, find: async () => null }
    expect(createApiKeys({ entries: [], stored: empty, host }).none).toBe(none)
    expect(createApiKeys({ entries: [], stored, host }).none).toBe(false)
  })

  it('are not held as text', () => {
    expect(JSON.stringify(keys)).not.toContain('0123456789abcdef')
  })

  it.each([
    ['Bearer abc', 'abc'],
    ['bearer abc', 'abc'],
    ['BEARER  abc', 'abc'],
    ['Bearer', null],
    ['Bearer a b', null],
    ['Basic abc', null],
    ['', null],
    [undefined, null],
  ])('are read from %j as %j', (header, key) => {
    expect(bearerOf(header)).toBe(key)
  })
})
