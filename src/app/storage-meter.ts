// Measures the bytes that the hub keeps, because a running count would drift. Measuring reads every file's size, so one measurement
// serves all callers for a while, and a large store is measured less often.
import type { StorageView } from './hub.ts'
import type { HubPorts } from './hub-ports.ts'

const MIN_AGE_MS = 2000
/** Maximum share of the time that is spent measuring. */
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

  /** The latest measurement; seconds old at most, unless measuring takes long. */
  read(): Promise<StorageView> {
    const { clock } = this.#ports
    if (this.#running === null || clock.monotonicMs() >= this.#freshUntilMs) {
      // Callers share the running measurement.
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
