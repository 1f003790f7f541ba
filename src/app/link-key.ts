// Caches the secret of signed links. It is read from the store at the start and again from time to time, because another process
// may have replaced it.
import { AppError } from '../domain/errors.ts'
import type { HubPorts } from './hub-ports.ts'

type Ports = Pick<HubPorts, 'unitOfWork' | 'linkKeys' | 'ids'>

export class LinkKey {
  readonly #ports: Ports
  #secret: string

  private constructor(ports: Ports, secret: string) {
    this.#ports = ports
    this.#secret = secret
  }

  /** Creates the secret when the store has none. @throws AppError `store_unavailable` */
  static async open(ports: Ports): Promise<LinkKey> {
    const { unitOfWork, linkKeys, ids } = ports
    const secret = await unitOfWork.write(async (tx) => {
      await linkKeys.putFirst(tx, ids.newSecret())
      return linkKeys.read(tx)
    })
    if (secret === null) throw new AppError('store_unavailable', 'The store has no link key.')
    return new LinkKey(ports, secret)
  }

  current(): string {
    return this.#secret
  }

  /** @throws AppError `store_unavailable` */
  async refresh(): Promise<void> {
    const { unitOfWork, linkKeys } = this.#ports
    this.#secret = (await unitOfWork.read((tx) => linkKeys.read(tx))) ?? this.#secret
  }
}

/** Revokes every signed link. @throws AppError `store_unavailable` */
export async function rotateLinkKey({ unitOfWork, linkKeys, ids }: Ports): Promise<void> {
  await unitOfWork.write((tx) => linkKeys.replace(tx, ids.newSecret()))
}
