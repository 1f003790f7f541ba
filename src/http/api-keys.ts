// The API keys of the configuration and of the store, held as hashes. Those of the configuration are compared in constant time,
// so that response times reveal nothing about a key; those of the store are found by their hash.
import { createHash, timingSafeEqual } from 'node:crypto'
import type { Caller, HubKeys } from '../app/hub.ts'
import { isLoopbackHost } from './own-hosts.ts'

export interface ApiKeys {
  /** Whether there is no key and only this machine can call: then no key is needed. */
  readonly none: boolean
  /** The caller of a presented key, or null. */
  find(presented: string): Promise<Caller | null>
}

interface NamedHash {
  readonly name: string
  readonly hash: Buffer
}

export const ANONYMOUS: Caller = { ownerKey: 'anonymous', isAdmin: true }

export interface ApiKeyOptions {
  /** `name:key` or `name:sha256:HEX`, from INFINITETALK_API_KEYS. */
  readonly entries: readonly string[]
  /** Keys of the store, which may change at any time. */
  readonly stored: Pick<HubKeys, 'isEmpty' | 'find'>
  /** Address on which the server listens. */
  readonly host: string
}

export function createApiKeys({ entries, stored, host }: ApiKeyOptions): ApiKeys {
  const keys = entries.map(parseEntry)
  return {
    get none() {
      return keys.length === 0 && stored.isEmpty && isLoopbackHost(host)
    },
    find: async (presented) => {
      const hash = sha256(presented)
      let found: NamedHash | null = null
      for (const key of keys) if (timingSafeEqual(key.hash, hash)) found ??= key
      if (found !== null) return { ownerKey: found.name, isAdmin: true }
      return stored.find(hash.toString('hex'))
    },
  }
}

/** Hashes of the configured keys: part of the signature of links, which end when a key is removed. */
export function hashesOfKeys(entries: readonly string[]): readonly string[] {
  return entries.map((entry) => parseEntry(entry).hash.toString('hex'))
}

/** The bare key as the whole header, as RunPod's examples send it. */
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
