// Draws the frames of a video in worker threads and hands them out in order. Memory is bounded by a ring of shared slots:
// a worker waits for a slot until the frame in it has been taken. However it ends, no worker is left.
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { AppError } from '../../domain/errors.ts'
import type { FrameOrder, FrameWorkerData } from './frame-worker.ts'
import { frameStride, yuvByteLength } from './picture/yuv-planes.ts'
import type { FacePose } from './pose.ts'
import { allocateShared } from './raster/frame-memory.ts'
import type { FrameSource } from './raster/frame-renderer.ts'

export interface FramesToRender {
  readonly source: FrameSource
  /** One for each person, all of the same length. */
  readonly tracks: readonly [Track, ...Track[]]
  readonly caption: boolean
  /** Threads that nobody else uses; they end with the frames. The frames are the same for any number of threads. */
  readonly threads: FrameThreads
  readonly signal: AbortSignal
}

interface Track {
  readonly length: number
  at(frame: number): FacePose
}

/** Enough for a worker to go on while the frames before are written, little enough for small memory. */
const SLOTS_PER_WORKER = 4
/** Working memory of a worker's own; textures and frames are shared and do not count. */
const WORKER_HEAP_MB = 64

/** More threads than this draw faster than the encoder, with its own four, can take. */
const MAX_USEFUL_WORKERS = 4

/** One core is left to the encoder, which needs as much time as the drawing. */
export function defaultWorkers(): number {
  return Math.min(Math.max(1, availableParallelism() - 1), MAX_USEFUL_WORKERS)
}

/**
 * The frames from first to last, each as the bytes of a yuv420p picture. A frame is valid until the next one is asked for.
 * @throws AppError `internal_error` when a worker fails; the signal's reason when it is aborted
 */
export async function* renderFrames(job: FramesToRender): AsyncGenerator<Uint8Array> {
  const { source, tracks, signal } = job
  const frames = tracks[0].length
  await using threads = job.threads
  signal.throwIfAborted()
  const workerCount = threads.count
  const slots = workerCount * SLOTS_PER_WORKER
  const bytes = yuvByteLength(source.still)
  const stride = frameStride(source.still)
  const ring = allocateShared(source.memory, slots * stride)
  threads.begin({ source, caption: job.caption, ring })

  // Frame n goes to slot n mod slots and, as slots is a multiple of it, to worker n mod workers: nothing to book-keep.
  const order = (frame: number): void => {
    if (frame >= frames) return
    const poses = tracks.map((track) => track.at(frame))
    threads.order(frame % workerCount, { slot: frame % slots, poses })
  }
  for (let frame = 0; frame < slots; frame++) order(frame)
  for (let frame = 0; frame < frames; frame++) {
    const slot = frame % slots
    await threads.drawn(slot)
    yield ring.subarray(slot * stride, slot * stride + bytes)
    order(frame + slots)
  }
}

/** The threads, and which slots they have drawn. They start at once: what they draw from may still be prepared. */
export class FrameThreads implements AsyncDisposable {
  readonly #workers: readonly Worker[]
  readonly #signal: AbortSignal
  readonly #drawn = new Set<number>()
  #failure: unknown
  #hasFailed = false
  #wake: () => void = () => {}

  constructor(count: number, signal: AbortSignal) {
    this.#signal = signal
    this.#workers = Array.from({ length: count }, () => this.#start())
    signal.addEventListener('abort', this.#onAbort, { once: true })
  }

  get count(): number {
    return this.#workers.length
  }

  /** Comes before the first order. */
  begin(data: FrameWorkerData): void {
    for (const worker of this.#workers) worker.postMessage(data)
  }

  order(worker: number, order: FrameOrder): void {
    this.#workers[worker]!.postMessage(order)
  }

  /** Waits until a slot has been drawn. Only one caller waits at a time. */
  async drawn(slot: number): Promise<void> {
    while (!this.#drawn.has(slot) && !this.#hasFailed) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
    if (this.#hasFailed) throw this.#failure
    this.#drawn.delete(slot)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#signal.removeEventListener('abort', this.#onAbort)
    await Promise.all(this.#workers.map((worker) => worker.terminate()))
  }

  #start(): Worker {
    const worker = new Worker(new URL('./frame-worker.ts', import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: WORKER_HEAP_MB },
    })
    worker.on('message', (slot: number) => {
      this.#drawn.add(slot)
      this.#wake()
    })
    worker.on('error', (cause) => {
      this.#fail(new AppError('internal_error', 'A thread that draws frames failed.', { cause }))
    })
    worker.on('exit', () => {
      this.#fail(new AppError('internal_error', 'A thread that draws frames ended by itself.'))
    })
    return worker
  }

  readonly #onAbort = (): void => this.#fail(this.#signal.reason)

  #fail(reason: unknown): void {
    if (this.#hasFailed) return
    this.#hasFailed = true
    this.#failure = reason
    this.#wake()
  }
}
