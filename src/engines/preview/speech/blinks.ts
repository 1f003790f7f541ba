// When the eyes blink: every few seconds, rather in a pause than in the middle of a word, as people do, and now and then
// twice in a row.
import { FPS } from '@infinitetalk/arithmetic'

/** Lids over the frames of one blink (240 ms): they fall faster than they rise. */
const LIDS = [0.3, 0.85, 1, 0.82, 0.45, 0.15] as const

const FIRST_BLINK_SECONDS = { least: 1, spread: 1.5 } as const
const INTERVAL_SECONDS = { least: 2.2, spread: 3.3 } as const
const DOUBLE_BLINK_CHANCE = 0.12
const DOUBLE_BLINK_FRAMES = 10

/** A blink moves up to 0.4 s to meet a quieter moment; so far off it takes a third of full voice less to be worth it. */
const SEARCH_FRAMES = 10
/** People often blink at the end of a phrase, unless they have just blinked. */
const PHRASE_END_CHANCE = 0.8
const LEAST_INTERVAL_SECONDS = 1.4
const PAUSE_FRAMES = 6
const SPOKEN = 0.2
const SILENT = 0.06
const COST_PER_FRAME = 0.033

/**
 * The lids of every frame, 0 open to 1 shut.
 * @param effort how strongly is spoken in each frame, 0 .. 1
 * @param random numbers from 0 to 1
 */
export function blinks(effort: Float32Array, random: () => number): Float32Array {
  const lids = new Float32Array(effort.length)
  const shutFrom = (start: number): void => lids.set(LIDS.slice(0, lids.length - start), start)
  const pick = ({ least, spread }: { least: number; spread: number }): number =>
    least + spread * random()

  let seconds = pick(FIRST_BLINK_SECONDS)
  let earliest = Math.round(seconds * FPS)
  while (Math.round(seconds * FPS) < effort.length) {
    const planned = Math.round(seconds * FPS)
    const end = phraseEnd(effort, earliest, planned)
    const start =
      end !== null && random() < PHRASE_END_CHANCE ? end : quietFrameNear(planned, effort)
    shutFrom(start)
    const second = start + DOUBLE_BLINK_FRAMES
    if (random() < DOUBLE_BLINK_CHANCE && second < lids.length) shutFrom(second)
    seconds = start / FPS + pick(INTERVAL_SECONDS)
    earliest = start + Math.round(LEAST_INTERVAL_SECONDS * FPS)
  }
  return lids
}

/** The first frame from `from` up to `until` in which a phrase has just ended and a pause begins. */
function phraseEnd(effort: Float32Array, from: number, until: number): number | null {
  for (let frame = Math.max(PAUSE_FRAMES, from); frame < until; frame++) {
    const spoken = effort.subarray(frame - PAUSE_FRAMES, frame).some((value) => value > SPOKEN)
    const pause = effort.subarray(frame, frame + PAUSE_FRAMES)
    if (spoken && pause.length === PAUSE_FRAMES && pause.every((value) => value < SILENT)) {
      return frame
    }
  }
  return null
}

function quietFrameNear(frame: number, effort: Float32Array): number {
  let best = frame
  let lowestCost = Number.POSITIVE_INFINITY
  for (let offset = -SEARCH_FRAMES; offset <= SEARCH_FRAMES; offset++) {
    const candidate = frame + offset
    const cost = (effort[candidate] ?? Number.POSITIVE_INFINITY) + COST_PER_FRAME * Math.abs(offset)
    if (cost < lowestCost) {
      best = candidate
      lowestCost = cost
    }
  }
  return best
}
