import { describe, expect, it } from 'vitest'
import { hang, hangLines } from './hang.ts'

describe('text behind a first column', () => {
  it('goes on below its first word, as the screen shows it', () => {
    expect(hang('  --name  ', 'one two three', 18)).toBe('  --name  one two\n          three')
    // Each of these pictures has two columns, whatever the length of its text.
    expect(hang('✅ ', 'one two three', 10)).toBe('✅ one two\n   three')
    expect(hang('🚀 ', 'one two three', 10)).toBe('🚀 one two\n   three')
  })

  it('keeps a word whole that is wider than the terminal', () => {
    expect(hang('> ', 'a https://long.example b', 10)).toBe('> a\n  https://long.example\n  b')
  })

  it('keeps a command whole that a person may copy', () => {
    expect(hang('> ', 'then "infinitetalk wait ID", or not', 24)).toBe(
      '> then\n  "infinitetalk wait ID",\n  or not',
    )
  })

  it('keeps its own lines, and those that fit as they are', () => {
    expect(hangLines('❌ ', 'one two three\n  - four', 11)).toBe(
      '❌ one two\n   three\n     - four',
    )
  })

  it('is not wrapped where there is no terminal', () => {
    for (const columns of [undefined, 0]) {
      expect(hangLines('❌ ', 'one two three\nfour', columns)).toBe('❌ one two three\nfour')
    }
  })
})
