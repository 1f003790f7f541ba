// Measures how much two boxes share, to distinguish one face seen twice from two faces.
import type { Box } from '@infinitetalk/arithmetic'

/** Intersection over union: 0 for boxes apart, 1 for the same box. */
export function overlapOf(a: Box, b: Box): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x)
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y)
  if (width <= 0 || height <= 0) return 0
  const shared = width * height
  return shared / (a.width * a.height + b.width * b.height - shared)
}

/** Keeps, best first, every item whose box overlaps no better item's box by more than `maxOverlap`. */
export function keepBest<T extends { readonly box: Box }>(
  items: readonly T[],
  scoreOf: (item: T) => number,
  maxOverlap: number,
): T[] {
  const kept: T[] = []
  for (const item of items.toSorted((a, b) => scoreOf(b) - scoreOf(a))) {
    if (kept.every((better) => overlapOf(better.box, item.box) <= maxOverlap)) kept.push(item)
  }
  return kept
}
