// The valid API keys of the store, read at the start and again from time to time, because a command or another hub may have
// changed them.
import type { ApiKey } from '../../domain/api-key.ts'
import type { Caller } from '../hub.ts'
import type { HubPorts } from '../hub-ports.ts'

type Ports = Pick<HubPorts, 'unitOfWork' | 'keys'>

export class KeyRing {
  readonly #ports: Ports
  #byHash: ReadonlyMap<string, ApiKey> = new Map()

  private constructor(ports: Ports) {
    this.#ports = ports
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
    return key === undefined ? null : { ownerKey: key.name, isAdmin: key.isAdmin }
  }
}
