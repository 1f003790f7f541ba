// The turns of two people in one recording: stretches without gaps, first guessed from the pauses. Pure.
import type { Sound, Trim } from './sound.ts'

export type TurnSpeaker = 'left' | 'right' | null

/** It begins where the one before it ends. */
export interface Stretch {
  /** null: nobody. */
  readonly speaker: TurnSpeaker
  /** Seconds from the start of the whole sound. */
  readonly until: number
}

export interface RequestTurn {
  readonly speaker: 'left' | 'right'
  readonly from_s: number
  readonly to_s: number
}

const NEXT = { left: 'right', right: null, none: 'left' } as const
const PART_S = 0.02
/** People take longer between two sentences of their own only when they think. */
const PAUSE_S = 0.35
const QUIET = 0.08
const MIN_STRETCH_S = 0.1
/** Far fewer than the hub accepts. */
const MAX_STRETCHES = 120

/** Another person after each pause: often right, and a click away where it is not. */
export function guessStretches({ channels, sampleRate, seconds }: Sound): readonly Stretch[] {
  const samples = channels[0] ?? new Float32Array()
  const size = Math.max(1, Math.round(PART_S * sampleRate))
  const levels = Array.from({ length: Math.ceil(samples.length / size) }, (_, part) => {
    let peak = 0
    for (const sample of samples.subarray(part * size, (part + 1) * size)) {
      peak = Math.max(peak, Math.abs(sample))
    }
    return peak
  })
  const floor = levels.reduce((most, level) => Math.max(most, level), 0) * QUIET
  const edges: number[] = []
  let quietSince: number | null = 0
  for (const [part, level] of levels.entries()) {
    if (level <= floor) {
      quietSince ??= part
      continue
    }
    // The quiet before the first word is no pause between two people.
    const length = quietSince === null || quietSince === 0 ? 0 : (part - quietSince) * PART_S
    if (length >= PAUSE_S) edges.push(((quietSince! + part) / 2) * PART_S)
    quietSince = null
  }
  return [...edges.slice(0, MAX_STRETCHES - 1), seconds].map((until, index) => ({
    speaker: index % 2 === 0 ? ('left' as const) : ('right' as const),
    until,
  }))
}

export function startOf(stretches: readonly Stretch[], index: number): number {
  return stretches[index - 1]?.until ?? 0
}

/** Left, right, nobody, and left again. */
export function withNextSpeaker(stretches: readonly Stretch[], index: number): readonly Stretch[] {
  return stretches.map((one, at) =>
    at === index ? { ...one, speaker: NEXT[one.speaker ?? 'none'] } : one,
  )
}

/** The same list where nothing can be split. */
export function splitAt(stretches: readonly Stretch[], seconds: number): readonly Stretch[] {
  const index = stretches.findIndex(({ until }) => seconds < until)
  const split = stretches[index]
  if (split === undefined || stretches.length >= MAX_STRETCHES) return stretches
  const from = startOf(stretches, index)
  if (seconds - from < MIN_STRETCH_S || split.until - seconds < MIN_STRETCH_S) return stretches
  const rest = {
    ...split,
    speaker: split.speaker === 'left' ? ('right' as const) : ('left' as const),
  }
  return stretches.toSpliced(index, 1, { ...split, until: seconds }, rest)
}

/** @param index of the stretch that the edge ends */
export function withEdgeAt(
  stretches: readonly Stretch[],
  index: number,
  seconds: number,
): readonly Stretch[] {
  const next = stretches[index + 1]
  if (next === undefined) return stretches
  const min = startOf(stretches, index) + MIN_STRETCH_S
  const until = Math.min(Math.max(seconds, min), next.until - MIN_STRETCH_S)
  return stretches.map((one, at) => (at === index ? { ...one, until } : one))
}

/** The stretch before the edge gets the time of the one after it. */
export function withoutEdge(stretches: readonly Stretch[], index: number): readonly Stretch[] {
  const [one, next] = [stretches[index], stretches[index + 1]]
  if (one === undefined || next === undefined) return stretches
  return stretches.toSpliced(index, 2, { ...one, until: next.until })
}

/** The turns of a request, in the seconds of the part that is sent. */
export function turnsOf(stretches: readonly Stretch[], trim: Trim | null): readonly RequestTurn[] {
  const { start, end } = trim ?? { start: 0, end: Number.POSITIVE_INFINITY }
  const turns: RequestTurn[] = []
  for (const [index, { speaker, until }] of stretches.entries()) {
    const from_s = toMs(Math.max(startOf(stretches, index), start) - start)
    const to_s = toMs(Math.min(until, end) - start)
    if (speaker === null || to_s <= from_s) continue
    const before = turns.at(-1)
    if (before !== undefined && before.speaker === speaker && before.to_s === from_s) {
      turns[turns.length - 1] = { ...before, to_s }
    } else turns.push({ speaker, from_s, to_s })
  }
  return turns
}

function toMs(seconds: number): number {
  return Math.floor(seconds * 1000) / 1000
}
