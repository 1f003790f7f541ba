// Random numbers that are the same for the same seed on every machine, so that a job can be repeated.

/** Numbers from 0 up to but not including 1. Seeds are taken modulo 2^32. (mulberry32: small, fast, good enough for blinks.) */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let bits = Math.imul(state ^ (state >>> 15), 1 | state)
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32
  }
}
