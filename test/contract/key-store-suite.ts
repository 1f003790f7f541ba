// The promises of the store of API keys.
import { expect, it } from 'vitest'
import type { ApiKey } from '../../src/domain/api-key.ts'
import { type KeyRules, NO_RULES } from '../../src/domain/key-rules.ts'
import type { OpenStores } from '../support/store-backends.ts'

const KEY: ApiKey = {
  name: 'shop',
  hash: 'a'.repeat(64),
  isAdmin: false,
  rules: NO_RULES,
  createdAtMs: 5,
  revokedAtMs: null,
}

const RULES: KeyRules = {
  scopes: ['read'],
  maxPriority: 'low',
  maxRunning: 2,
  requestsPerMinute: 60,
  videoSecondsPerDay: 3600,
  weight: 5,
}

export function keyStoreSuite(open: OpenStores): void {
  it('keeps a key, replaces its hash, and keeps its name when it is revoked', async () => {
    const { unitOfWork, keys } = await open()
    await unitOfWork.write(async (tx) => {
      expect(await keys.list(tx)).toEqual([])
      expect(await keys.insert(tx, KEY)).toBe(true)
      expect(await keys.insert(tx, { ...KEY, name: 'me', isAdmin: true })).toBe(true)
      expect(await keys.insert(tx, { ...KEY, hash: 'b' })).toBe(false)
      expect(await keys.replaceHash(tx, 'shop', 'c')).toBe(true)
      expect(await keys.replaceHash(tx, 'nobody', 'c')).toBe(false)
      expect(await keys.setRules(tx, 'shop', RULES)).toBe(true)
      expect(await keys.setRules(tx, 'nobody', RULES)).toBe(false)
      expect(await keys.revoke(tx, 'shop', 9)).toBe(true)
      expect(await keys.setRules(tx, 'shop', NO_RULES)).toBe(false)
      expect(await keys.revoke(tx, 'shop', 10)).toBe(false)
      expect(await keys.replaceHash(tx, 'shop', 'd')).toBe(false)
      expect(await keys.insert(tx, KEY)).toBe(false)
      expect(await keys.list(tx)).toEqual([
        { ...KEY, name: 'me', isAdmin: true },
        { ...KEY, hash: 'c', rules: RULES, revokedAtMs: 9 },
      ])
    })
  })

  it('counts the use of a key in the present minute or day, by all at once', async () => {
    const { unitOfWork, keyUsage } = await open()
    const usage = { key: 'shop', kind: 'requests', startsAtMs: 60_000 } as const
    const add = (amount: number, startsAtMs = 60_000): Promise<number> =>
      unitOfWork.write((tx) => keyUsage.add(tx, { ...usage, startsAtMs }, amount))
    const used = (startsAtMs: number): Promise<number> =>
      unitOfWork.read((tx) => keyUsage.used(tx, { ...usage, startsAtMs }))
    expect(await used(60_000)).toBe(0)
    const counts = await Promise.all(Array.from({ length: 10 }, () => add(1)))
    expect(counts.toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    expect(await add(2.5)).toBe(12.5)
    expect(await add(-100)).toBe(0)
    expect(await add(3)).toBe(3)
    expect(await used(60_000)).toBe(3)
    expect(await used(120_000)).toBe(0)
    expect(await add(1, 120_000)).toBe(1)
    expect(await add(1, 60_000)).toBe(2)
    const other = { ...usage, kind: 'video' } as const
    expect(await unitOfWork.read((tx) => keyUsage.used(tx, other))).toBe(0)
  })
}
