// Computes the median and the slow percentiles of many measurements.

export interface Percentiles {
  readonly p50Ms: number
  readonly p95Ms: number
  readonly p99Ms: number
}

export function percentilesOf(timesMs: readonly number[]): Percentiles {
  const sorted = timesMs.toSorted((a, b) => a - b)
  const at = (share: number): number => sorted[Math.floor((sorted.length - 1) * share)] ?? 0
  return { p50Ms: at(0.5), p95Ms: at(0.95), p99Ms: at(0.99) }
}

export async function measureRounds(
  rounds: number,
  signal: AbortSignal,
  work: () => Promise<unknown>,
): Promise<Percentiles> {
  const times: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    signal.throwIfAborted()
    const startedMs = performance.now()
    await work()
    times.push(performance.now() - startedMs)
  }
  return percentilesOf(times)
}
