// Computes the figures of a running pull from its events: bytes of each file and of all, speed, time left. The speed is that of the
// last seconds: an average since the start would hide that a connection is gone.
import type { PullEvent, PullStage } from './ports/models.ts'

export interface FileProgress {
  readonly stage: PullStage
  readonly doneBytes: number
  readonly totalBytes: number
}

export interface PullTotals {
  readonly doneBytes: number
  /** 0 while it is not known. */
  readonly totalBytes: number
  /** null: too early to say. */
  readonly bytesPerSecond: number | null
  readonly etaSeconds: number | null
}

const WINDOW_MS = 5000
const SAMPLE_EVERY_MS = 200

export class PullProgress {
  readonly #nowMs: () => number
  readonly #files = new Map<string, FileProgress>()
  /** The bytes each file had at its first event, which this run did not download. */
  readonly #startedWith = new Map<string, number>()
  readonly #ended = new Map<string, number>()
  #samples: { readonly atMs: number; readonly bytes: number }[] = []
  #plannedBytes = 0

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs
  }

  take(event: PullEvent): void {
    if (event.type === 'planned') this.#plannedBytes = event.bytes
    if (event.type === 'progress') this.#advance(event.model, event)
    if (event.type === 'pulled' || event.type === 'failed') {
      this.#ended.set(event.model, this.#received(event.model))
      this.#files.delete(event.model)
    }
    if (event.type === 'present') this.#files.delete(event.model)
  }

  /** The active files, in the order in which they started. */
  files(): ReadonlyMap<string, FileProgress> {
    return this.#files
  }

  totals(): PullTotals {
    const doneBytes = this.#doneBytes()
    const bytesPerSecond = this.#speed(doneBytes)
    const left = Math.max(0, this.#plannedBytes - doneBytes)
    const etaSeconds = bytesPerSecond === null ? null : left / bytesPerSecond
    return { doneBytes, totalBytes: this.#plannedBytes, bytesPerSecond, etaSeconds }
  }

  #advance(model: string, { stage, doneBytes, totalBytes }: FileProgress): void {
    this.#files.set(model, { stage, doneBytes, totalBytes })
    if (stage !== 'downloading') return
    // A file that starts again has fewer bytes than before.
    const startedWith = Math.min(this.#startedWith.get(model) ?? doneBytes, doneBytes)
    this.#startedWith.set(model, startedWith)
    const now = this.#nowMs()
    const last = this.#samples.at(-1)
    if (last !== undefined && now - last.atMs < SAMPLE_EVERY_MS) return
    this.#samples.push({ atMs: now, bytes: this.#doneBytes() })
    this.#samples = this.#samples.filter(({ atMs }) => now - atMs <= WINDOW_MS)
  }

  #received(model: string): number {
    const startedWith = this.#startedWith.get(model)
    const file = this.#files.get(model)
    if (startedWith === undefined || file === undefined) return 0
    const done = file.stage === 'verifying' ? file.totalBytes : file.doneBytes
    return done - startedWith
  }

  #doneBytes(): number {
    const running = [...this.#files.keys()].reduce((sum, name) => sum + this.#received(name), 0)
    return [...this.#ended.values()].reduce((sum, bytes) => sum + bytes, running)
  }

  #speed(doneBytes: number): number | null {
    const [first] = this.#samples
    if (first === undefined) return null
    const seconds = (this.#nowMs() - first.atMs) / 1000
    const bytes = doneBytes - first.bytes
    return seconds < 0.5 || bytes <= 0 ? null : bytes / seconds
  }
}
