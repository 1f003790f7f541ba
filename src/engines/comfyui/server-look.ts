// The state of a server, shared by all who ask within a few seconds: many parts of the hub ask for its health and its memory, and
// each request costs the server time.
import { type AppError, toAppError } from '../../domain/errors.ts'
import type { SystemStats } from './comfy-answers.ts'
import type { ComfyApi } from './comfy-api.ts'

export interface LookTimes {
  /** For one look. */
  readonly timeoutMs?: number
  /** A look is good for so long. */
  readonly goodForMs?: number
  readonly nowMs?: () => number
}

const TIMEOUT_MS = 3000
const GOOD_FOR_MS = 5000

export type Seen = SystemStats | AppError

export class ServerLook {
  readonly #timeoutMs: number
  readonly #goodForMs: number
  readonly #nowMs: () => number
  #last: {
    readonly api: ComfyApi
    readonly atMs: number
    readonly seen: Promise<Seen>
  } | null = null

  constructor(times: LookTimes = {}) {
    this.#timeoutMs = times.timeoutMs ?? TIMEOUT_MS
    this.#goodForMs = times.goodForMs ?? GOOD_FOR_MS
    this.#nowMs = times.nowMs ?? (() => performance.now())
  }

  /** Never rejects: an error is an answer too. */
  at(api: ComfyApi, signal: AbortSignal): Promise<Seen> {
    const atMs = this.#nowMs()
    const last = this.#last
    if (last !== null && last.api === api && atMs - last.atMs < this.#goodForMs) return last.seen
    const seen = api.systemStats(signal, this.#timeoutMs).catch(toAppError)
    this.#last = { api, atMs, seen }
    return seen
  }

  /** For who disposes of the server. */
  async settled(): Promise<void> {
    await this.#last?.seen
  }
}
