// A render of an hour makes two hundred thousand requests with one signal: none may leave anything behind.
import { queryObjects } from 'node:v8'
import { describe, expect, it, onTestFinished } from 'vitest'
import { startHttpServer } from '../../../test/support/hit-counter.ts'
import { parseComfyAddress } from './comfy-address.ts'
import { ask } from './comfy-request.ts'

const REQUESTS = 100
const HOUR_MS = 3_600_000

describe('a request that has been answered', () => {
  it('leaves no signal behind, however long its deadline', async () => {
    const server = await startHttpServer((_, response) => response.end('an answer'))
    onTestFinished(() => server.close())
    const address = parseComfyAddress(server.url())
    const { signal } = new AbortController()
    const before = countSignals()
    for (let count = 0; count < REQUESTS; count += 1) {
      await ask(address, { path: '/', signal, timeoutMs: HOUR_MS })
    }
    // The garbage collector frees weak references some turns later. Each count walks the heap of all tests before this one.
    const left = (): number => countSignals() - before
    await expect.poll(left, { timeout: 60_000, interval: 1000 }).toBeLessThan(10)
  })
})

/** Collects garbage first. */
function countSignals(): number {
  return queryObjects(AbortSignal, { format: 'count' })
}
