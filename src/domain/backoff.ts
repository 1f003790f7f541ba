// Computes the wait before a retry: longer after each failure, and random, so clients do not retry at the same moment.

const FIRST_MS = 1000
const LONGEST_MS = 60_000

/**
 * Between half and all of 1 s, 2 s, 4 s ... 60 s.
 *
 * @param failures 1 after the first
 * @param random 0..1
 */
export function backoffMs(failures: number, random: number): number {
  const full = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.max(0, failures - 1))
  return Math.round(full * (0.5 + random / 2))
}
