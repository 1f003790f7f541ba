// Which part of a voice is shown, and where in it a second lies. Pure.
import type { Trim } from './sound.ts'

const MIN_SHOWN_S = 1

export function placeIn(seconds: number, { start, end }: Trim): string {
  return `${((seconds - start) / (end - start)) * 100}%`
}

export function isWithin(seconds: number, { start, end }: Trim): boolean {
  return seconds >= start - 1e-6 && seconds <= end + 1e-6
}

/** @param factor below 1 shows less, around `centre`; the view stays within the voice */
export function zoomed(
  { start, end }: Trim,
  seconds: number,
  factor: number,
  centre: number,
): Trim {
  const length = clamp((end - start) * factor, Math.min(MIN_SHOWN_S, seconds), seconds)
  const first = clamp(centre - length / 2, 0, seconds - length)
  return { start: first, end: first + length }
}

export function clamp(value: number, min: number, max: number): number {
  return Math.min(Math.max(value, min), max)
}
