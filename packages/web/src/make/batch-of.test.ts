import { describe, expect, it } from 'vitest'
import { batchOf } from './batch-of.ts'
import type { Medium } from './medium.ts'

function medium(name: string): Medium {
  return { name, type: '', blob: null, source: null, still: null }
}

const REQUEST = { image: { file_id: 'p' }, audio: { file_id: 'a' }, resolution: '480p' } as const
const DRAFT = { visual: medium('Ann.png'), voices: [{ medium: medium('hello.wav') }] }

describe('a batch of the page', () => {
  it('has an item for each voice, named like it, with what they share once', () => {
    const further = [{ medium: medium('bye.mp3'), source: { file_id: 'b' } }]
    const batch = batchOf({ ...REQUEST, seed: 7 }, { ...DRAFT, further, variants: 1 })
    expect(batch.name).toBe('Ann – hello')
    expect(batch.defaults).toEqual({ image: { file_id: 'p' }, resolution: '480p' })
    expect(batch.items).toEqual([
      { name: 'Ann – hello', audio: { file_id: 'a' }, metadata: { title: 'Ann – hello' }, seed: 7 },
      { name: 'Ann – bye', audio: { file_id: 'b' }, metadata: { title: 'Ann – bye' }, seed: 7 },
    ])
  })

  it('has variants that differ in nothing but the seed', () => {
    let drawn = 100
    const batch = batchOf(
      { ...REQUEST, seed: 7 },
      { ...DRAFT, further: [], variants: 3 },
      () => drawn++,
    )
    expect(batch.items.map(({ name, seed }) => [name, seed])).toEqual([
      ['Ann – hello 7', 7],
      ['Ann – hello 100', 100],
      ['Ann – hello 101', 101],
    ])
  })
})
