// Estimates the time of a render from earlier renders: per frame, or per window for an engine that works in windows, at the measured
// size or scaled from it.

import type { Size } from '@infinitetalk/arithmetic'
import type { MeasuredSpeed } from './estimate.ts'

export interface SpeedSample {
  /** Frames or windows that were sampled. */
  readonly units: number
  readonly samplingSeconds: number
  /** All other stages: fetching, checking, loading, saving. */
  readonly otherSeconds: number
}

export interface SpeedAverage extends MeasuredSpeed {
  readonly samples: number
}

/** A speed, and the size of video at which it was measured. */
export interface SizedSpeed {
  readonly size: Size
  readonly speed: MeasuredSpeed
}

/** Weight of a new measurement after the first ones: the average follows a slower machine within a few jobs. */
const WEIGHT = 0.3

/** The average with one more sample. The first samples have equal weight. */
export function addSample(average: SpeedAverage | null, sample: SpeedSample): SpeedAverage {
  const measured = {
    secondsPerUnit: sample.samplingSeconds / Math.max(1, sample.units),
    setupSeconds: sample.otherSeconds,
  }
  if (average === null) return { ...measured, samples: 1 }
  const weight = Math.max(WEIGHT, 1 / (average.samples + 1))
  const mix = (old: number, fresh: number): number => old + weight * (fresh - old)
  return {
    secondsPerUnit: mix(average.secondsPerUnit, measured.secondsPerUnit),
    setupSeconds: mix(average.setupSeconds, measured.setupSeconds),
    samples: average.samples + 1,
  }
}

/** The speed at a size: as measured there, else scaled by pixels from the nearest measured size. */
export function speedAt(size: Size, measured: readonly SizedSpeed[]): MeasuredSpeed | null {
  const pixels = pixelsOf(size)
  const distance = (other: Size): number => Math.abs(Math.log(pixelsOf(other) / pixels))
  const [nearest] = measured.toSorted((a, b) => distance(a.size) - distance(b.size))
  if (nearest === undefined) return null
  const scale = pixels / pixelsOf(nearest.size)
  return {
    secondsPerUnit: nearest.speed.secondsPerUnit * scale,
    setupSeconds: nearest.speed.setupSeconds,
  }
}

/**
 * The minimum time of a unit at a size, from measurements: less than at a larger size, but not less than at a smaller one, where much
 * of the time does not depend on the size. null when nothing was measured.
 */
export function leastSecondsPerUnit(size: Size, measured: readonly SizedSpeed[]): number | null {
  const speed = speedAt(size, measured)
  if (speed === null) return null
  const smaller = measured.filter((one) => pixelsOf(one.size) <= pixelsOf(size))
  if (smaller.length === 0) return speed.secondsPerUnit
  const most = Math.max(...smaller.map((one) => one.speed.secondsPerUnit))
  return Math.min(speed.secondsPerUnit, most)
}

const pixelsOf = ({ width, height }: Size): number => width * height
