// The note of a render survives the row of its job, whatever ids and marks a service has.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type RenderNote, readNote, writeNote } from './render-note.ts'

const folder = fc.option(fc.uuid())
const note: fc.Arbitrary<RenderNote> = fc.oneof(
  fc.record({ phase: fc.constant('sending' as const), folder, mark: fc.string() }),
  fc.record({ phase: fc.constant('task' as const), folder, id: fc.string({ minLength: 1 }) }),
)

describe('the note of a render', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(note, (written) => {
        expect(readNote(writeNote(written))).toEqual(written)
      }),
    )
  })

  it.each(['', 'task:', 'task::', 'prompt:a:b'])('is not %j', (text) => {
    expect(readNote(text)).toBeNull()
  })
})
