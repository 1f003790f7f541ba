// The valid API keys of the store, read at the start and again from time to time, because a command or another hub may have
// changed them. A key that was made a moment ago works at once.
import type { ApiKey } from '../../domain/api-key.ts'
import type { Admission, Caller } from '../hub.ts'
import type { HubPorts } from '../hub-ports.ts'
import { KeyMeter } from './key-meter.ts'

/** A stranger who tries keys costs ten readings a second at most. */
const READ_AGAIN_MS = 100

type Ports = Pick<HubPorts, 'unitOfWork' | 'keys' | 'keyUsage' | 'clock' | 'observer'>

export class KeyRing {
  readonly #ports: Ports
  readonly #meter: KeyMeter
  #byHash: ReadonlyMap<string, ApiKey> = new Map()
  /** By name, also the revoked ones; null before the first reading. */
  #known: ReadonlyMap<string, ApiKey> | null = null
  #readAtMs = Number.NEGATIVE_INFINITY
  /** One for all who wait for it: of two at once the older one might end last. */
  #reading: Promise<void> | null = null

  private constructor(ports: Ports) {
    this.#ports = ports
    this.#meter = new KeyMeter(ports)
  }

  /** @throws AppError `store_unavailable` */
  static async open(ports: Ports): Promise<KeyRing> {
    const ring = new KeyRing(ports)
    await ring.refresh()
    return ring
  }

  /** @throws AppError `store_unavailable` */
  refresh(): Promise<void> {
    this.#reading ??= this.#read().finally(() => {
      this.#reading = null
    })
    return this.#reading
  }

  async #read(): Promise<void> {
    const { unitOfWork, keys, clock } = this.#ports
    this.#readAtMs = clock.monotonicMs()
    const stored = await unitOfWork.read((tx) => keys.list(tx))
    this.#report(stored)
    this.#known = new Map(stored.map((key) => [key.name, key]))
    const valid = stored.filter(({ revokedAtMs }) => revokedAtMs === null)
    this.#byHash = new Map(valid.map((key) => [key.hash, key]))
  }

  get isEmpty(): boolean {
    return this.#byHash.size === 0
  }

  /** @param hash SHA-256 of what was presented: how long the search takes reveals nothing about a secret */
  async find(hash: string): Promise<Caller | null> {
    const known = this.#callerOf(hash)
    if (known !== null) return known
    const isFresh = this.#ports.clock.monotonicMs() - this.#readAtMs < READ_AGAIN_MS
    if (isFresh && this.#reading === null) return null
    // The regular reading reports a store that is away.
    await this.refresh().catch(() => {})
    return this.#callerOf(hash)
  }

  #callerOf(hash: string): Caller | null {
    const key = this.#byHash.get(hash)
    if (key === undefined) return null
    return { ownerKey: key.name, isAdmin: key.isAdmin, rules: key.rules }
  }

  /** Counts a request of the caller. @throws AppError `store_unavailable` */
  admit(caller: Caller): Promise<Admission> {
    return this.#meter.admit(caller)
  }

  /** Commands change keys without a request, so the log learns of it here. */
  #report(stored: readonly ApiKey[]): void {
    if (this.#known === null) return
    for (const key of stored) {
      const action = changeOf(this.#known.get(key.name), key)
      if (action === null) continue
      const { observer } = this.#ports
      observer.observe({ type: 'audit', key: null, action, target: key.name, requestId: null })
    }
  }
}

function changeOf(before: ApiKey | undefined, key: ApiKey): string | null {
  if (before === undefined) return 'keys.created'
  if (before.revokedAtMs !== key.revokedAtMs) return 'keys.revoked'
  if (before.hash !== key.hash) return 'keys.rotated'
  return JSON.stringify(before.rules) === JSON.stringify(key.rules) ? null : 'keys.changed'
}
