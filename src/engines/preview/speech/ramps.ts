// The two shapes every curve of a face is bent with.

export function clamp(value: number, lowest: number, highest: number): number {
  return Math.min(highest, Math.max(lowest, value))
}

/** 0 up to `from`, 1 from `to` on, and a smooth rise in between. */
export function smoothRamp(from: number, to: number, value: number): number {
  const t = clamp((value - from) / (to - from), 0, 1)
  return t * t * (3 - 2 * t)
}
