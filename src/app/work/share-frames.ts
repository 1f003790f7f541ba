// Shares the latest picture of each render with the other hubs of a store. A picture that comes while the previous one is being
// written is not shared, so a slow store never delays a render; a failed write costs one picture.
import type { Job } from '../../domain/job.ts'
import type { LatestFrame } from '../../domain/latest-frame.ts'
import type { HubPorts } from '../hub-ports.ts'
import type { SharedFrame } from '../ports/frame-store.ts'

type Ports = Pick<HubPorts, 'unitOfWork' | 'frames'>

export class FrameSharing {
  readonly #ports: Ports
  readonly #writing = new Map<string, Promise<void>>()

  constructor(ports: Ports) {
    this.#ports = ports
  }

  put({ id }: Pick<Job, 'id'>, frame: SharedFrame): void {
    const { unitOfWork, frames } = this.#ports
    if (!frames.isShared || this.#writing.has(id)) return
    const writing = unitOfWork
      .write((tx) => frames.put(tx, id, frame))
      .catch(() => {})
      .finally(() => this.#writing.delete(id))
    this.#writing.set(id, writing)
  }

  /** Call it when the attempt has ended. A sweep deletes what this cannot. */
  async drop({ id }: Pick<Job, 'id'>): Promise<void> {
    const { unitOfWork, frames } = this.#ports
    if (!frames.isShared) return
    await this.#writing.get(id)
    await unitOfWork.write((tx) => frames.drop(tx, id)).catch(() => {})
  }

  /** A picture of a render in another process. */
  async get({ id, attempt, status }: Job): Promise<LatestFrame | null> {
    const { unitOfWork, frames } = this.#ports
    if (!frames.isShared || status !== 'running') return null
    const frame = await unitOfWork.read((tx) => frames.get(tx, id))
    return frame?.attempt === attempt ? frame : null
  }
}
