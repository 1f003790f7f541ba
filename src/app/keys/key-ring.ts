// The valid API keys of the store, read at the start and again from time to time, because a command or another hub may have
// changed them.
import type { ApiKey } from '../../domain/api-key.ts'
import type { Admission, Caller } from '../hub.ts'
import type { HubPorts } from '../hub-ports.ts'
import { KeyMeter } from './key-meter.ts'

type Ports = Pick<HubPorts, 'unitOfWork' | 'keys' | 'keyUsage' | 'clock'>

export class KeyRing {
  readonly #ports: Ports
  readonly #meter: KeyMeter
  #byHash: ReadonlyMap<string, ApiKey> = new Map()

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
  async refresh(): Promise<void> {
    const { unitOfWork, keys } = this.#ports
    const stored = await unitOfWork.read((tx) => keys.list(tx))
    const valid = stored.filter(({ revokedAtMs }) => revokedAtMs === null)
    this.#byHash = new Map(valid.map((key) => [key.hash, key]))
  }

  get isEmpty(): boolean {
    return this.#byHash.size === 0
  }

  /** @param hash SHA-256 of what was presented: how long the search takes reveals nothing about a secret */
  find(hash: string): Caller | null {
    const key = this.#byHash.get(hash)
    if (key === undefined) return null
    return { ownerKey: key.name, isAdmin: key.isAdmin, rules: key.rules }
  }

  /** Counts a request of the caller. @throws AppError `store_unavailable` */
  admit(caller: Caller): Promise<Admission> {
    return this.#meter.admit(caller)
  }
}
