// Dispatch between keys: each gets its share, none starves another, and no rule of a key is exceeded.
import { expect, it } from 'vitest'
import type { DispatchEntry } from '../../src/app/ports/dispatch.ts'
import { type KeyRules, NO_RULES } from '../../src/domain/key-rules.ts'
import { SAMPLE_TIME_MS, sampleJob } from '../support/sample-job.ts'
import type { OpenStores, StoreBench } from '../support/store-backends.ts'

const CLAIM = {
  abilities: null,
  workerId: 'w',
  token: 't',
  nowMs: SAMPLE_TIME_MS + 1_000_000,
  maxPerKey: 1000,
}

export function fairDispatchSuite(open: OpenStores): void {
  it('gives ten keys with waiting jobs shares within 10 % of their weights', async () => {
    const queue = new TestQueue(await open())
    const weights = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
    for (const weight of weights) {
      await queue.addKey(`key-${weight}`, { weight })
      await queue.enqueue(`key-${weight}`, weight * 12)
    }
    const served = await queue.serve(10 * weights.reduce((sum, weight) => sum + weight, 0))
    for (const weight of weights) {
      const count = served.filter((key) => key === `key-${weight}`).length
      expect(count, `of key-${weight}`).toBeGreaterThanOrEqual(weight * 9)
      expect(count, `of key-${weight}`).toBeLessThanOrEqual(weight * 11)
    }
  })

  it('puts the first job of a key before all waiting jobs of another', async () => {
    const queue = new TestQueue(await open())
    await queue.enqueue('flood', 100)
    expect(await queue.serve(3)).toEqual(['flood', 'flood', 'flood'])
    await queue.claim()
    await queue.enqueue('late', 3)
    expect(await queue.placesOf('late')).toEqual([1, 3, 5])
    expect(await queue.serve(5)).toEqual(['late', 'flood', 'late', 'flood', 'late'])
  })

  it('shares by the length of the videos, not by their number', async () => {
    const queue = new TestQueue(await open())
    await queue.enqueue('long', 5, { seconds: 60 })
    await queue.enqueue('short', 30, { seconds: 10 })
    const served = await queue.serve(21)
    expect(served.filter((key) => key === 'long')).toHaveLength(3)
  })

  it('saves up no share for a key that was away, and no debt', async () => {
    const queue = new TestQueue(await open())
    await queue.enqueue('steady', 40)
    await queue.enqueue('guest', 1)
    await queue.serve(20)
    await queue.enqueue('guest', 20)
    const served = await queue.serve(10)
    expect(served.filter((key) => key === 'guest').length).toBeGreaterThanOrEqual(5)
    expect(served.filter((key) => key === 'guest').length).toBeLessThanOrEqual(6)
  })

  it('does not count what a key has taken out of the queue', async () => {
    const queue = new TestQueue(await open())
    const waiting = await queue.enqueue('hasty', 30)
    await queue.enqueue('steady', 20)
    for (const id of waiting.slice(1)) await queue.remove(id)
    await queue.enqueue('hasty', 5)
    expect((await queue.serve(6)).filter((key) => key === 'hasty')).toHaveLength(3)
  })

  it('lets a higher priority pass, and shares within it', async () => {
    const queue = new TestQueue(await open())
    await queue.enqueue('a', 4)
    await queue.enqueue('b', 2, { priority: 'high' })
    await queue.enqueue('c', 2, { priority: 'high' })
    await queue.enqueue('d', 2, { priority: 'low' })
    expect(await queue.serve(10)).toEqual(['b', 'c', 'b', 'c', 'a', 'a', 'a', 'a', 'd', 'd'])
  })

  it('never leases more of a key than its rules allow, however many claim at once', async () => {
    const queue = new TestQueue(await open())
    await queue.addKey('capped', { maxRunning: 2 })
    await queue.enqueue('capped', 8)
    await queue.enqueue('free', 3)
    const claims = await Promise.all(Array.from({ length: 10 }, () => queue.claim()))
    const keys = claims.flatMap((entry) => (entry === null ? [] : [entry.key]))
    expect(keys.toSorted()).toEqual(['capped', 'capped', 'free', 'free', 'free'])
    await queue.remove(claims.find((entry) => entry?.key === 'capped')!.id)
    expect((await queue.claim())?.key).toBe('capped')
    expect(await queue.claim()).toBeNull()
    await queue.setRules('capped', { maxRunning: null })
    expect((await queue.claim())?.key).toBe('capped')
  })
}

interface Claimed {
  readonly id: DispatchEntry['jobId']
  readonly key: string
}

class TestQueue {
  readonly #bench: StoreBench
  readonly #keys = new Map<string, string>()

  constructor(bench: StoreBench) {
    this.#bench = bench
  }

  async addKey(name: string, rules: Partial<KeyRules>): Promise<void> {
    const key = { name, hash: name, isAdmin: false, createdAtMs: 1, revokedAtMs: null }
    const { unitOfWork, keys } = this.#bench
    await unitOfWork.write((tx) => keys.insert(tx, { ...key, rules: { ...NO_RULES, ...rules } }))
  }

  async setRules(name: string, rules: Partial<KeyRules>): Promise<void> {
    const { unitOfWork, keys } = this.#bench
    await unitOfWork.write((tx) => keys.setRules(tx, name, { ...NO_RULES, ...rules }))
  }

  async enqueue(
    key: string,
    count: number,
    entry: Partial<DispatchEntry> = {},
  ): Promise<readonly DispatchEntry['jobId'][]> {
    const { unitOfWork, dispatch } = this.#bench
    const ids: DispatchEntry['jobId'][] = []
    await unitOfWork.write(async (tx) => {
      for (let index = 0; index < count; index += 1) {
        const { id } = sampleJob(this.#keys.size + 1)
        this.#keys.set(id, key)
        ids.push(id)
        await dispatch.enqueue(tx, {
          jobId: id,
          priority: 'normal',
          ability: { engine: 'noop', need: '' },
          concurrencyKey: key,
          seconds: null,
          availableAtMs: SAMPLE_TIME_MS,
          ...entry,
        })
      }
    })
    return ids
  }

  async claim(): Promise<Claimed | null> {
    const { unitOfWork, dispatch } = this.#bench
    const lease = await unitOfWork.write((tx) => dispatch.claim(tx, CLAIM))
    return lease === null ? null : { id: lease.jobId, key: this.#keys.get(lease.jobId)! }
  }

  async remove(id: DispatchEntry['jobId']): Promise<void> {
    await this.#bench.unitOfWork.write((tx) => this.#bench.dispatch.remove(tx, id))
  }

  /** Renders so many jobs, one after another. @returns their keys */
  async serve(count: number): Promise<readonly string[]> {
    const { unitOfWork, dispatch } = this.#bench
    return unitOfWork.write(async (tx) => {
      const served: string[] = []
      for (let index = 0; index < count; index += 1) {
        const lease = await dispatch.claim(tx, CLAIM)
        if (lease === null) break
        served.push(this.#keys.get(lease.jobId)!)
        await dispatch.remove(tx, lease.jobId)
      }
      return served
    })
  }

  async placesOf(key: string): Promise<readonly number[]> {
    const { unitOfWork, dispatch } = this.#bench
    const ids = [...this.#keys].filter(([, owner]) => owner === key).map(([id]) => id)
    const places = await unitOfWork.read((tx) =>
      dispatch.places(tx, ids as DispatchEntry['jobId'][], 1000),
    )
    return [...places.values()].toSorted((a, b) => a - b)
  }
}
