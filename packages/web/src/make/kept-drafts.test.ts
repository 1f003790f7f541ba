import { expect, it } from 'vitest'
import { type KeptDraft, whatIsKept } from './kept-drafts.ts'
import type { Medium } from './medium.ts'
import { DEFAULT_OPTIONS } from './options.ts'

/** Only its size is looked at. */
function medium(name: string, megabytes: number): Medium {
  const blob = { size: megabytes * 1e6 } as Blob
  return { name, type: 'audio/wav', blob, source: null, still: null }
}

function draft(changes: Partial<KeptDraft>): KeptDraft {
  const base = { id: 'a', name: '', changedAtMs: 0, visual: null, voices: [] }
  return { ...base, options: DEFAULT_OPTIONS, ...changes }
}

it('keeps the files of a draft, and the names of those that are too large', () => {
  const visual = medium('film.mp4', 201)
  const voice = { medium: medium('voice.wav', 200), trim: null }
  const pile = [medium('a.wav', 150), medium('b.wav', 60), medium('c.wav', 1)]
  const kept = whatIsKept(draft({ visual, voices: [voice, { medium: null, trim: null }], pile }))
  expect(kept.visual).toBeNull()
  expect(kept.voices).toEqual([voice, { medium: null, trim: null }])
  expect(kept.pile).toEqual([pile[0], pile[2]])
  expect(kept.unkept).toEqual({ inputs: ['film.mp4'], pile: ['b.wav'] })
})

it('keeps a large file by its reference where the hub can get it', () => {
  const visual = { ...medium('film.mp4', 900), source: { url: 'https://example.com/film.mp4' } }
  const kept = whatIsKept(draft({ visual }))
  expect(kept.visual).toEqual({ ...visual, blob: null })
  expect(kept.unkept).toEqual({ inputs: [], pile: [] })
})
