import { expect, it } from 'vitest'
import type { ApiKey } from '../../domain/api-key.ts'
import { NO_RULES } from '../../domain/key-rules.ts'
import { KeyRing } from './key-ring.ts'

type Ports = Parameters<typeof KeyRing.open>[0]

const key = (name: string): ApiKey => ({
  ...{ name, hash: `hash of ${name}`, isAdmin: false, rules: NO_RULES },
  ...{ createdAtMs: 0, revokedAtMs: null },
})

/** A ring over keys that the test changes, by a clock that it moves. */
async function openRing() {
  const store = { keys: [key('old')], readings: 0, nowMs: 0, isAway: false }
  const list = async (): Promise<readonly ApiKey[]> => {
    store.readings += 1
    if (store.isAway) throw new Error('away')
    return store.keys
  }
  const ports = {
    unitOfWork: { read: (work: (tx: unknown) => unknown) => work(null) },
    keys: { list },
    clock: { monotonicMs: () => store.nowMs },
    observer: { observe: () => {} },
  } as unknown as Ports
  return { store, ring: await KeyRing.open(ports) }
}

it('knows a key that was made a moment ago', async () => {
  const { store, ring } = await openRing()
  store.keys.push(key('new'))
  store.nowMs += 100
  expect(await ring.find('hash of new')).toMatchObject({ ownerKey: 'new' })
})

it('knows it in all of several requests at once, from one reading', async () => {
  const { store, ring } = await openRing()
  store.keys.push(key('new'))
  store.nowMs += 100
  const found = await Promise.all([1, 2, 3].map(() => ring.find('hash of new')))
  expect(found).toMatchObject([1, 2, 3].map(() => ({ ownerKey: 'new' })))
  expect(store.readings).toBe(2)
})

it('reads for no stranger more than ten times a second, and for a known key never', async () => {
  const { store, ring } = await openRing()
  for (; store.nowMs < 1000; store.nowMs += 10) {
    expect(await ring.find('hash of nobody')).toBeNull()
    expect(await ring.find('hash of old')).toMatchObject({ ownerKey: 'old' })
  }
  expect(store.readings).toBe(10)
})

it('does not know a new key while the store is away', async () => {
  const { store, ring } = await openRing()
  store.isAway = true
  store.nowMs += 100
  expect(await ring.find('hash of new')).toBeNull()
  expect(await ring.find('hash of old')).toMatchObject({ ownerKey: 'old' })
})
