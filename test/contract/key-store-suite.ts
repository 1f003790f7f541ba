// The promises of the store of API keys.
import { expect, it } from 'vitest'
import type { ApiKey } from '../../src/domain/api-key.ts'
import type { OpenStores } from '../support/store-backends.ts'

const KEY: ApiKey = {
  name: 'shop',
  hash: 'a'.repeat(64),
  isAdmin: false,
  createdAtMs: 5,
  revokedAtMs: null,
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
      expect(await keys.revoke(tx, 'shop', 9)).toBe(true)
      expect(await keys.revoke(tx, 'shop', 10)).toBe(false)
      expect(await keys.replaceHash(tx, 'shop', 'd')).toBe(false)
      expect(await keys.insert(tx, KEY)).toBe(false)
      expect(await keys.list(tx)).toEqual([
        { ...KEY, name: 'me', isAdmin: true },
        { ...KEY, hash: 'c', revokedAtMs: 9 },
      ])
    })
  })
}
