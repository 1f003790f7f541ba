// The batches of a hub: many jobs in one request, their common progress and one archive.
import type { BatchList, BatchRequest, BatchResource, BatchSummary } from '@infinitetalk/contract'
import { allPages } from './all-pages.ts'
import { InfiniteTalkError } from './errors.ts'
import type { CallOptions } from './files.ts'
import { guardedStream } from './guarded-stream.ts'
import { newIdempotencyKey } from './idempotency-key.ts'
import { apiPath } from './path.ts'
import { sleep } from './sleep.ts'
import type { Transport } from './transport.ts'

/** The hub takes all inputs and speaks all texts before it answers, for 9 minutes at most. */
const ACCEPT_MS = 540_000
/** A batch takes minutes, and its answer lists hundreds of items. */
const LOOK_EVERY_MS = 2000
const DEFAULT_RECONNECT_FOR_MS = 60_000

export interface CreateBatchOptions extends CallOptions {
  /** A second call with the same key and request returns the batch of the first. Default: random for each call. */
  readonly idempotencyKey?: string | undefined
}

export interface ListBatchesOptions extends CallOptions {
  /** Batches per page. */
  readonly limit?: number | undefined
  /** `next_cursor` of the previous page. */
  readonly cursor?: string | undefined
}

export interface WaitForBatchOptions extends CallOptions {
  readonly onProgress?: ((batch: BatchResource) => void) | undefined
  /** Maximum wait for an unreachable hub. Default 60,000. */
  readonly reconnectForMs?: number | undefined
}

export interface BatchArchive {
  /** A zip. Ends with an error when it is cut short. Must be read or cancelled. */
  readonly stream: ReadableStream<Uint8Array>
  readonly bytes: number | null
}

export class Batches {
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /** Submits all items or none. When this returns, the batch survives a crash of the hub. @throws InfiniteTalkError */
  create(
    request: BatchRequest,
    { idempotencyKey = newIdempotencyKey(), signal }: CreateBatchOptions = {},
  ): Promise<BatchResource> {
    return this.#transport.json<BatchResource>({
      method: 'POST',
      target: apiPath`/v1/batches`,
      headers: { 'idempotency-key': idempotencyKey },
      json: request,
      waitMs: ACCEPT_MS,
      repeatable: true,
      signal,
    })
  }

  /** @throws NotFoundError `batch_not_found` */
  get(batchId: string, { signal }: CallOptions = {}): Promise<BatchResource> {
    const target = apiPath`/v1/batches/${batchId}`
    return this.#transport.json<BatchResource>({ method: 'GET', target, repeatable: true, signal })
  }

  /** One page, newest first, without the items. */
  list({ limit, cursor, signal }: ListBatchesOptions = {}): Promise<BatchList> {
    return this.#transport.json<BatchList>({
      method: 'GET',
      target: apiPath`/v1/batches`,
      query: { limit, cursor },
      repeatable: true,
      signal,
    })
  }

  /** All batches, newest first, fetched in pages of `limit`. */
  listAll(options: ListBatchesOptions = {}): AsyncGenerator<BatchSummary, void, undefined> {
    return allPages((cursor) => this.list({ ...options, cursor }), options.cursor)
  }

  /** The ended batch: its `counts` say how its jobs ended. @throws InfiniteTalkError */
  async wait(
    batchId: string,
    { onProgress, reconnectForMs = DEFAULT_RECONNECT_FOR_MS, signal }: WaitForBatchOptions = {},
  ): Promise<BatchResource> {
    let seenMs = performance.now()
    for (;;) {
      try {
        const batch = await this.get(batchId, { signal })
        if (batch.status === 'ended') return batch
        seenMs = performance.now()
        onProgress?.(batch)
      } catch (error) {
        const isAway = error instanceof InfiniteTalkError && error.retryable
        if (!isAway || performance.now() - seenMs > reconnectForMs) throw error
      }
      await sleep(LOOK_EVERY_MS, signal)
    }
  }

  /** Cancels its jobs that have not ended. Finished videos stay. */
  cancel(batchId: string, { signal }: CallOptions = {}): Promise<BatchResource> {
    const target = apiPath`/v1/batches/${batchId}/cancel`
    return this.#transport.json<BatchResource>({ method: 'POST', target, repeatable: true, signal })
  }

  /** Deletes a batch that has ended, with its jobs and videos. @throws ConflictError `batch_not_ended`, NotFoundError */
  delete(batchId: string, { signal }: CallOptions = {}): Promise<void> {
    return this.#transport.send({
      method: 'DELETE',
      target: apiPath`/v1/batches/${batchId}`,
      repeatable: true,
      alreadyDone: ({ status }) => status === 404,
      signal,
    })
  }

  /** All videos of a batch that has ended, and a summary. @throws ConflictError `batch_not_ended` */
  async archive(batchId: string, { signal }: CallOptions = {}): Promise<BatchArchive> {
    const answer = await this.#transport.open({
      method: 'GET',
      target: apiPath`/v1/batches/${batchId}/archive`,
      repeatable: true,
      signal,
    })
    const length = answer.response.headers.get('content-length')
    const bytes = length === null ? null : Number(length)
    return { stream: guardedStream(answer, bytes), bytes }
  }
}
