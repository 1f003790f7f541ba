// Forecasts the time left of a render, from its own measurements and from whole renders of this size, which include the parts without
// reports (loading, encoding, decoding, saving). The forecast is a range where the measurements differ.
import type { Size } from '@infinitetalk/arithmetic'

/** A finished render, from its beginning to its end. */
export interface RenderTimes {
  /** The machine that rendered it; null where there is only one. */
  readonly backend: string | null
  /** As of `samplingUnits`. */
  readonly units: number
  readonly beforeSeconds: number
  readonly samplingSeconds: number
  /** Decoding and saving. */
  readonly afterSeconds: number
}

export interface SizedTimes {
  readonly size: Size
  /** The oldest first. */
  readonly recent: readonly RenderTimes[]
}

/** Where a render is. */
export interface RenderMoment {
  readonly phase: 'before' | 'sampling' | 'after'
  /** Since the phase began, or for sampling since `unitsLeft` was reported. */
  readonly seconds: number
  /** null before it is known. */
  readonly unitsLeft: number | null
  /** Seconds per unit, as measured in this render. */
  readonly ownRates: readonly number[]
  /** The own rates say more than any other render. */
  readonly isMeasured: boolean
}

export interface TimeLeft {
  readonly seconds: number
  /** null where one number says it. */
  readonly range: readonly [number, number] | null
}

/** Renders that are remembered for each size: enough for a spread, few enough to follow a machine that changes. */
const MAX_RECENT = 16
/** A narrower range is one number. */
const NARROW_SECONDS = 2
const NARROW_SHARE = 0.1

export function addRecent(
  recent: readonly RenderTimes[],
  times: RenderTimes,
): readonly RenderTimes[] {
  return [...recent, times].slice(-MAX_RECENT)
}

/** Renders at this size, else at the nearest one with its sampling scaled by the pixels; of this machine where it had any. */
export function timesAt(
  size: Size,
  backend: string | null,
  all: readonly SizedTimes[],
): readonly RenderTimes[] {
  const pixels = pixelsOf(size)
  const distance = (other: Size): number => Math.abs(Math.log(pixelsOf(other) / pixels))
  const known = all.filter(({ recent }) => recent.length > 0)
  const [nearest] = known.toSorted((a, b) => distance(a.size) - distance(b.size))
  if (nearest === undefined) return []
  const scale = pixels / pixelsOf(nearest.size)
  const own = nearest.recent.filter((times) => times.backend === backend)
  return (own.length > 0 ? own : nearest.recent).map((times) => ({
    ...times,
    samplingSeconds: times.samplingSeconds * scale,
  }))
}

/** null when it is not known, or when the render takes longer than all that is known. */
export function timeLeft(moment: RenderMoment, earlier: readonly RenderTimes[]): TimeLeft | null {
  const { phase, seconds, unitsLeft, ownRates, isMeasured } = moment
  const after = spreadOf(earlier.map(({ afterSeconds }) => afterSeconds))
  if (phase === 'after') return after === null ? null : told(less(after, seconds))
  const ofOthers = earlier.map(({ samplingSeconds, units }) => samplingSeconds / Math.max(1, units))
  const rate = spreadOf(isMeasured ? ownRates : [...ownRates, ...ofOthers])
  if (rate === null || unitsLeft === null) return null
  const sampling = times(rate, unitsLeft)
  if (phase === 'sampling') {
    // The part after the last step is silent and takes minutes: no estimate is better than 0 s.
    if (after === null && unitsLeft === 0) return null
    return told(sum(less(sampling, seconds), after ?? NOTHING))
  }
  const before = spreadOf(earlier.map(({ beforeSeconds }) => beforeSeconds))
  if (before === null) return null
  return told(sum(sum(less(before, seconds), sampling), after ?? NOTHING))
}

interface Spread {
  readonly low: number
  readonly middle: number
  readonly high: number
}

const NOTHING: Spread = { low: 0, middle: 0, high: 0 }

/** The middle half of the values. */
function spreadOf(values: readonly number[]): Spread | null {
  if (values.length === 0) return null
  const sorted = values.toSorted((a, b) => a - b)
  const at = (share: number): number => {
    const place = share * (sorted.length - 1)
    const [below, above] = [sorted[Math.floor(place)]!, sorted[Math.ceil(place)]!]
    return below + (above - below) * (place - Math.floor(place))
  }
  return { low: at(0.25), middle: at(0.5), high: at(0.75) }
}

function times({ low, middle, high }: Spread, factor: number): Spread {
  return { low: low * factor, middle: middle * factor, high: high * factor }
}

function sum(a: Spread, b: Spread): Spread {
  return { low: a.low + b.low, middle: a.middle + b.middle, high: a.high + b.high }
}

/** The time that is left after so many seconds. */
function less({ low, middle, high }: Spread, seconds: number): Spread {
  const left = (value: number): number => Math.max(0, value - seconds)
  return { low: left(low), middle: left(middle), high: left(high) }
}

function told({ low, middle, high }: Spread): TimeLeft | null {
  if (high <= 0) return null
  // Where the middle is over, the render is one of the slow ones.
  const seconds = middle > 0 ? middle : high
  const isNarrow = high - low <= Math.max(NARROW_SECONDS, NARROW_SHARE * seconds)
  return { seconds, range: isNarrow ? null : [low, high] }
}

const pixelsOf = ({ width, height }: Size): number => width * height
