// The turns of two people, found in their two voices: recordings on two microphones, each of which hears the other person faintly.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ONE_TALKER, turnsOf } from './turns.ts'
import { planTurnSteps } from './window-steps.ts'

const LOUD = 3000
const WINDOWING = { windowFrames: 81, motionFrames: 9 }
const FIRST_FRAMES = 13

/** Syllables of 4 frames and pauses of 2. */
function voice(
  frames: number,
  ...spans: readonly (readonly [from: number, to: number])[]
): number[] {
  return Array.from({ length: frames }, (_, frame) => {
    const talks = spans.some(([from, to]) => frame >= from && frame < to)
    return talks && frame % 6 < 4 ? LOUD : 5
  })
}

function hear(first: readonly number[], second: readonly number[]) {
  return turnsOf([first, second], { frames: first.length, firstFrames: FIRST_FRAMES })
}

describe('turns of two people', () => {
  it('change in the pause between them, shortly before the next one is heard', () => {
    const heard = hear(voice(300, [0, 100], [200, 300]), voice(300, [130, 160]))
    expect(heard).toEqual({
      inTurns: true,
      turns: [
        { talker: 0, fromFrame: 0 },
        { talker: 1, fromFrame: 129 },
        { talker: 0, fromFrame: 197 },
      ],
    })
  })

  it('begin with whoever talks first, and are one where nobody answers', () => {
    expect(hear(voice(100), voice(100, [20, 90]))).toEqual({
      inTurns: true,
      turns: [{ talker: 1, fromFrame: 0 }],
    })
    expect(hear(voice(100), voice(100))).toEqual({ inTurns: true, turns: ONE_TALKER })
  })

  it('are not disturbed by the other person in the microphone, nor by a click', () => {
    const one = voice(300, [0, 120])
    const other = voice(300, [150, 300])
    const bleeds = (of: readonly number[], from: readonly number[]) =>
      of.map((level, frame) => Math.max(level, from[frame]! / 8))
    const clicks = one.map((level, frame) => (frame >= 200 && frame < 203 ? LOUD : level))
    const clean = hear(one, other)
    expect(clean).toMatchObject({ turns: [{ talker: 0 }, { talker: 1 }] })
    expect(hear(bleeds(one, other), bleeds(other, one))).toEqual(clean)
    expect(hear(clicks, other)).toEqual(clean)
  })

  it('may overlap by a third of a second, and no more', () => {
    const talk = (overlap: number) => hear(voice(300, [0, 150 + overlap]), voice(300, [150, 300]))
    expect(talk(6).inTurns).toBe(true)
    expect(talk(30)).toEqual({ inTurns: false, atFrame: 150 })
  })

  it('are windows of one person each, however turns lie: every frame once, each 4k + 1 long', () => {
    const spans = fc.array(
      fc.tuple(fc.integer({ min: 4, max: 200 }), fc.integer({ min: 0, max: 40 })),
      {
        minLength: 1,
        maxLength: 12,
      },
    )
    fc.assert(
      fc.property(spans, fc.integer({ min: 0, max: 11 }), (lengths, kept) => {
        let next = 0
        const places = lengths.map(([talk, pause]) => {
          const from = next
          next += talk + pause
          return [from, from + talk] as const
        })
        const of = (talker: number) =>
          voice(next, ...places.filter((_, index) => index % 2 === talker))
        const heard = hear(of(0), of(1))
        if (!heard.inTurns) return
        const changes = heard.turns.slice(1).map(({ fromFrame }) => fromFrame)
        const { steps } = planTurnSteps(next, WINDOWING, changes, [])
        let covered = 0
        for (const { length, firstNewFrame, newFrames, startFrame, number } of steps) {
          expect([length % 4, firstNewFrame]).toEqual([1, covered])
          expect(length).toBeLessThanOrEqual(WINDOWING.windowFrames)
          if (number > 1) expect(firstNewFrame - startFrame).toBe(WINDOWING.motionFrames)
          covered += newFrames
        }
        expect(covered).toBe(next)
        const begins = steps.map(({ firstNewFrame }) => firstNewFrame)
        expect(begins).toEqual(expect.arrayContaining(changes))
        // An attempt that finds some of them stored goes on with the same ones.
        const done = steps.slice(0, kept).map((step) => {
          return { ...step, firstFrame: step.firstNewFrame, frames: step.newFrames }
        })
        expect(planTurnSteps(next, WINDOWING, changes, done).steps).toEqual(steps)
      }),
    )
  })
})
