// Who may call: named keys, held as hashes only. Every key is compared, in time that does not depend on how much of it was
// right, so that nothing about a key can be learnt from the clock.
import { createHash, timingSafeEqual } from 'node:crypto'
import type { Caller } from '../app/hub.ts'

export interface ApiKeys {
  /** No key is configured: only this machine may call. */
  readonly none: boolean
  /** The caller of a presented key, or null. */
  find(presented: string): Caller | null
  /** Bound into signed links, which end with a key that is withdrawn. */
  readonly hashes: readonly string[]
}

interface NamedHash {
  readonly name: string
  readonly hash: Buffer
}

export const ANONYMOUS: Caller = { ownerKey: 'anonymous' }

/** @param entries `name:key` or `name:sha256:HEX`, as the configuration holds them */
export function createApiKeys(entries: readonly string[]): ApiKeys {
  const keys = entries.map(parseEntry)
  return {
    none: keys.length === 0,
    find: (presented) => {
      const hash = sha256(presented)
      let found: NamedHash | null = null
      for (const key of keys) if (timingSafeEqual(key.hash, hash)) found ??= key
      return found === null ? null : { ownerKey: found.name }
    },
    hashes: keys.map(({ hash }) => hash.toString('hex')),
  }
}

/** The whole header, as RunPod's own examples send it: a key and nothing else. */
export function bareKeyOf(header: string | undefined): string | null {
  return /^[\x21-\x7e]{1,512}$/.test(header ?? '') ? (header ?? '') : null
}

/** The key of `Authorization: Bearer KEY`; null for anything else. */
export function bearerOf(header: string | undefined): string | null {
  return /^Bearer[ ]+([\x21-\x7e]{1,512})$/i.exec(header ?? '')?.[1] ?? null
}

function parseEntry(entry: string): NamedHash {
  const at = entry.indexOf(':')
  const name = entry.slice(0, at)
  const secret = entry.slice(at + 1)
  const [, hex] = /^sha256:([0-9a-f]{64})$/.exec(secret) ?? []
  return { name, hash: hex === undefined ? sha256(secret) : Buffer.from(hex, 'hex') }
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text, 'utf8').digest()
}
