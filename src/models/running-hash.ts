// The SHA-256 of a file that is still being written. It follows the gapless part, so that nearly all of the file is hashed from
// pages still in memory when the last byte arrives. It runs in a thread, because at the speed of a good connection hashing would
// take most of the time of the event loop.
import { Worker } from 'node:worker_threads'

/** A message to the thread. */
export interface HashOrder {
  /** The end of the readable bytes. */
  readonly frontier: number
  /** No more bytes will follow: answer with the digest. */
  readonly last: boolean
}

/** The thread's answer. */
export interface HashAnswer {
  readonly hashed: number
  readonly sha256: string | null
}

/** A message for every chunk would cost more than hashing it. */
const STEP_BYTES = 4 * 1024 * 1024

export class RunningHash {
  readonly #worker: Worker
  readonly #onProgress: (hashedBytes: number) => void
  readonly #result: Promise<string>
  #told = 0

  constructor(path: string, onProgress: (hashedBytes: number) => void = () => {}) {
    this.#onProgress = onProgress
    this.#worker = new Worker(new URL('./hash-thread.ts', import.meta.url), {
      workerData: { path },
      // The program's own options do not apply to the thread, and some may not be given twice.
      execArgv: [],
    })
    this.#result = new Promise((resolve, reject) => {
      this.#worker.on('message', ({ hashed, sha256 }: HashAnswer) => {
        this.#onProgress(hashed)
        if (sha256 !== null) resolve(sha256)
      })
      this.#worker.on('error', reject)
      this.#worker.on('exit', () => reject(new Error('The hash thread has ended.')))
    })
    // Nobody waits for the result of an abandoned hash.
    this.#result.catch(() => {})
  }

  /** The file has no gaps below `frontier`. */
  advance(frontier: number): void {
    if (frontier - this.#told < STEP_BYTES) return
    this.#told = frontier
    this.#worker.postMessage({ frontier, last: false } satisfies HashOrder)
  }

  /** @returns 64 hexadecimal digits, of the first `bytes` bytes */
  finish(bytes: number): Promise<string> {
    this.#worker.postMessage({ frontier: bytes, last: true } satisfies HashOrder)
    return this.#result
  }

  async close(): Promise<void> {
    await this.#worker.terminate()
  }
}

/** Hashes a whole file. @throws the reason of the signal */
export async function hashFile(
  path: string,
  bytes: number,
  signal: AbortSignal,
  onProgress: (hashedBytes: number) => void,
): Promise<string> {
  signal.throwIfAborted()
  const hash = new RunningHash(path, onProgress)
  const aborted = Promise.withResolvers<never>()
  const abort = (): void => aborted.reject(signal.reason)
  signal.addEventListener('abort', abort, { once: true })
  try {
    return await Promise.race([hash.finish(bytes), aborted.promise])
  } finally {
    signal.removeEventListener('abort', abort)
    await hash.close()
  }
}
