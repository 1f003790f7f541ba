import { describe, expect, it } from 'vitest'
import {
  guessStretches,
  splitAt,
  startOf,
  turnsOf,
  withEdgeAt,
  withNextSpeaker,
  withoutEdge,
} from './turns.ts'

/** 1 s of a tone, 0.5 s of nothing, 1 s of a tone, 0.1 s of nothing, 0.4 s of a tone. */
const SOUND = {
  seconds: 3,
  sampleRate: 1000,
  channels: [
    Float32Array.from({ length: 3000 }, (_, at) =>
      (at >= 1000 && at < 1500) || (at >= 2500 && at < 2600) ? 0 : Math.sin(at) / 2,
    ),
  ],
}

describe('the turns of two people in one recording', () => {
  const guessed = guessStretches(SOUND)

  it('are guessed from long pauses, without one for the quiet at the start', () => {
    expect(guessed.map(({ speaker }) => speaker)).toEqual(['left', 'right'])
    expect(guessed[0]?.until).toBeCloseTo(1.25, 1)
    expect(guessed[1]?.until).toBe(3)
  })

  it('change speaker by click, are split, moved and joined', () => {
    const split = splitAt(guessed, 2)
    expect(split.map(({ speaker }) => speaker)).toEqual(['left', 'right', 'left'])
    expect(splitAt(split, 2.05)).toBe(split)
    const moved = withEdgeAt(split, 1, 9)
    expect(startOf(moved, 2)).toBeCloseTo(2.9)
    expect(withoutEdge(moved, 0)).toEqual([
      { speaker: 'left', until: moved[1]?.until },
      { speaker: 'left', until: 3 },
    ])
    const nobody = withNextSpeaker(split, 1)
    expect(nobody[1]?.speaker).toBeNull()
    expect(withNextSpeaker(nobody, 1)[1]?.speaker).toBe('left')
  })

  it('are sent in the time of the part that is kept, joined, and without the silent ones', () => {
    const stretches = [
      { speaker: 'left', until: 1 },
      { speaker: 'left', until: 2 },
      { speaker: null, until: 2.5 },
      { speaker: 'right', until: 3 },
    ] as const
    expect(turnsOf(stretches, { start: 0.5, end: 2.75 })).toEqual([
      { speaker: 'left', from_s: 0, to_s: 1.5 },
      { speaker: 'right', from_s: 2, to_s: 2.25 },
    ])
  })
})
