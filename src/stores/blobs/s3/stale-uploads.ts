// Finds the uploads in parts that a killed process left in the bucket. S3 keeps their parts, and bills them, until they are deleted.

import { listUploads } from './list-objects.ts'
import type { S3Client } from './s3-client.ts'

/** No upload takes so long: it is renewed by no heartbeat, so its age must tell. */
const STALE_AFTER_MS = 24 * 3_600_000
const LOOK_EVERY_MS = 3_600_000
/** No process has this name, so every hub counts them as left. */
const NAME = 'upload'

export class StaleUploads {
  readonly #prefix: string
  readonly #client: S3Client
  #lookedAtMs = Number.NEGATIVE_INFINITY
  readonly #found = new Map<string, { readonly key: string; readonly uploadId: string }>()

  constructor(prefix: string, client: S3Client) {
    this.#prefix = prefix
    this.#client = client
  }

  /** Names of stale uploads. Most calls answer from memory. */
  async names(signal: AbortSignal): Promise<readonly string[]> {
    if (performance.now() - this.#lookedAtMs < LOOK_EVERY_MS) return [...this.#found.keys()]
    const uploads = await listUploads(this.#prefix, this.#client, signal)
    this.#lookedAtMs = performance.now()
    for (const { key, uploadId, beganAtMs } of uploads) {
      if (this.#client.nowMs() - beganAtMs < STALE_AFTER_MS) continue
      this.#found.set(`${NAME}.${uploadId}`, { key, uploadId })
    }
    return [...this.#found.keys()]
  }

  /** @returns false for a name that is no upload */
  async remove(name: string, signal: AbortSignal): Promise<boolean> {
    const upload = this.#found.get(name)
    if (upload === undefined) return false
    const { key, uploadId } = upload
    await this.#client.call({ method: 'DELETE', key, query: { uploadId }, signal })
    this.#found.delete(name)
    return true
  }
}
