// How much the hub keeps, measured rather than counted along: a number that cannot drift from what is there. Measuring looks at
// every file, so that one measurement serves all who ask within a while, and a large store is measured the less often.
import type { StorageView } from './hub.ts'
import type { HubPorts } from './hub-ports.ts'

const MIN_AGE_MS = 2000
/** Of the time that goes by, this part at most is spent with measuring. */
const MAX_SHARE = 0.05

export type StoragePorts = Pick<HubPorts, 'blobs' | 'clock' | 'limits'>

export class StorageMeter {
  readonly #ports: StoragePorts
  readonly #stopped = new AbortController()
  #running: Promise<StorageView> | null = null
  #freshUntilMs = 0

  constructor(ports: StoragePorts) {
    this.#ports = ports
  }

  /** Seconds old at most; older only where measuring takes long. */
  read(): Promise<StorageView> {
    const { clock } = this.#ports
    if (this.#running === null || clock.monotonicMs() >= this.#freshUntilMs) {
      // Until it is done nobody else measures.
      this.#freshUntilMs = Number.POSITIVE_INFINITY
      this.#running = this.#measure()
    }
    return this.#running
  }

  stop(): void {
    this.#stopped.abort()
  }

  async #measure(): Promise<StorageView> {
    const { blobs, clock, limits } = this.#ports
    const startedMs = clock.monotonicMs()
    try {
      const { files, bytes } = await blobs.usage(this.#stopped.signal)
      const freeBytes = await blobs.freeBytes()
      const { diskReserveBytes, storageMaxBytes, retentionMs, uploadLifeMs } = limits
      const quotaBytes = storageMaxBytes === 0 ? null : storageMaxBytes
      const measuredAtMs = clock.epochMs()
      const bounds = { diskReserveBytes, quotaBytes, retentionMs, uploadLifeMs }
      return { files, bytes, freeBytes, ...bounds, measuredAtMs }
    } finally {
      const endedMs = clock.monotonicMs()
      this.#freshUntilMs = endedMs + Math.max(MIN_AGE_MS, (endedMs - startedMs) / MAX_SHARE)
    }
  }
}
