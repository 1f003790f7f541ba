import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { bearerOf, createApiKeys } from './api-keys.ts'

const hash = createHash('sha256').update('the key of the page').digest('hex')
const keys = createApiKeys(['cli:0123456789abcdef', `page:sha256:${hash}`])

describe('API keys', () => {
  it('name their caller, given as they are or as a hash', () => {
    expect(keys.find('0123456789abcdef')).toEqual({ ownerKey: 'cli' })
    expect(keys.find('the key of the page')).toEqual({ ownerKey: 'page' })
  })

  it.each(['', '0123456789abcde', '0123456789abcdef ', '0123456789ABCDEF', hash, `sha256:${hash}`])(
    'do not let %j in',
    (presented) => {
      expect(keys.find(presented)).toBeNull()
    },
  )

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
