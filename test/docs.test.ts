// The reference pages are generated from the code: what is committed must be what the code says today.
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { referencePages } from '../docs/generate/reference-pages.ts'

const pages = await referencePages()

describe('docs/reference', () => {
  it.each([...pages])('%s is up to date (npm run docs)', (path, text) => {
    const committed = readFileSync(new URL(`../docs/reference/${path}`, import.meta.url), 'utf8')
    expect(committed).toBe(text)
  })
})
