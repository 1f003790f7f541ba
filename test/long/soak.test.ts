// fault 115: a day's work in minutes. Ten thousand jobs go through one hub; its memory and its open files must not grow.
import { readdirSync } from 'node:fs'
import { expect, it } from 'vitest'
import { createHubBench } from '../support/hub-bench.ts'

const JOBS = 10_000
const BATCH = 500
/** The first batches fill caches; growth is measured after them. */
const WARM_UP_BATCHES = 4
const MAX_GROWTH_BYTES = 40_000_000
const openFiles = (): number => readdirSync('/proc/self/fd').length

it('fault 115: 10,000 jobs leave memory and open files as they were', async () => {
  const { hub, submit, renderer } = await createHubBench({ limits: { renderMaxParallel: 2 } })
  renderer.immediately = true
  const seen: { readonly rss: number; readonly files: number }[] = []
  const submitMs: number[] = []
  for (let done = 0; done < JOBS; done += BATCH) {
    for (let count = 0; count < BATCH; count += 1) {
      const startedMs = performance.now()
      await submit()
      submitMs.push(performance.now() - startedMs)
    }
    while ((await hub.status.queue()).waiting > 0) await new Promise((next) => setTimeout(next, 20))
    renderer.renders.length = 0
    globalThis.gc?.()
    seen.push({ rss: process.memoryUsage().rss, files: openFiles() })
  }
  const warm = seen[WARM_UP_BATCHES]!
  const last = seen.at(-1)!
  const sorted = submitMs.toSorted((a, b) => a - b)
  const p99Ms = sorted[Math.floor(sorted.length * 0.99)]!
  console.log('soak:', { growth: last.rss - warm.rss, files: [warm.files, last.files], p99Ms })
  expect(last.rss - warm.rss).toBeLessThan(MAX_GROWTH_BYTES)
  expect(last.files).toBeLessThanOrEqual(warm.files + 4)
  expect(p99Ms).toBeLessThan(50)
})
