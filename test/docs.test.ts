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

describe('the guides to rented GPUs', () => {
  it.each(['beam.md', 'runpod.md', 'comfy-api.md', 'remote-engines.md'])(
    '%s says of all its commands whether they need an account or are run by a test',
    (page) => {
      const guide = readFileSync(new URL(`../docs/guide/${page}`, import.meta.url), 'utf8')
      const kinds = [...guide.matchAll(/^```sh ?(.*)$/gm)].map(([, kind]) => kind)
      expect(kinds.length).toBeGreaterThan(0)
      expect(kinds.filter((kind) => kind !== 'run' && kind !== 'account')).toEqual([])
    },
  )
})
