// Counts the requests of each key in the store, so that all hubs count together, and says how much is left. A key that has used up its
// minute costs no further write until the next one.
import { AppError } from '../../domain/errors.ts'
import type { Admission, Allowance, Caller } from '../hub.ts'
import type { HubPorts } from '../hub-ports.ts'
import { DAY_MS, videoUsage } from './video-quota.ts'

const MINUTE_MS = 60_000

type Ports = Pick<HubPorts, 'unitOfWork' | 'keyUsage' | 'clock'>

export class KeyMeter {
  readonly #ports: Ports
  /** Start of the minute that a key has used up. */
  readonly #usedUp = new Map<string, number>()

  constructor(ports: Ports) {
    this.#ports = ports
  }

  /** Counts a request. @throws AppError `store_unavailable` */
  async admit({ ownerKey, rules }: Caller): Promise<Admission> {
    const { requestsPerMinute: limit = null, videoSecondsPerDay = null } = rules ?? {}
    const nowMs = this.#ports.clock.epochMs()
    const allowances: Allowance[] = []
    let refusal: AppError | null = null
    if (limit !== null) {
      const used = await this.#count(ownerKey, limit, nowMs)
      const resetS = secondsLeft(nowMs, MINUTE_MS)
      const remaining = Math.max(0, limit - used)
      allowances.push({ policy: 'requests', limit, windowS: 60, remaining, resetS })
      if (used > limit) refusal = tooMany(ownerKey, limit, resetS)
    }
    if (videoSecondsPerDay !== null) {
      allowances.push(await this.#videoLeft(ownerKey, videoSecondsPerDay, nowMs))
    }
    return { allowances, refusal }
  }

  async #count(key: string, limit: number, nowMs: number): Promise<number> {
    const startsAtMs = nowMs - (nowMs % MINUTE_MS)
    if (this.#usedUp.get(key) === startsAtMs) return limit + 1
    const { unitOfWork, keyUsage } = this.#ports
    const usage = { key, kind: 'requests', startsAtMs } as const
    const used = await unitOfWork.write((tx) => keyUsage.add(tx, usage, 1))
    // Bounded: one entry for each key.
    if (used > limit) this.#usedUp.set(key, startsAtMs)
    return used
  }

  async #videoLeft(key: string, limit: number, nowMs: number): Promise<Allowance> {
    const { unitOfWork, keyUsage } = this.#ports
    const used = await unitOfWork.read((tx) => keyUsage.used(tx, videoUsage(key, nowMs)))
    const remaining = Math.max(0, Math.floor(limit - used))
    const resetS = secondsLeft(nowMs, DAY_MS)
    return { policy: 'video-seconds', limit, windowS: DAY_MS / 1000, remaining, resetS }
  }
}

function secondsLeft(nowMs: number, periodMs: number): number {
  return Math.ceil((periodMs - (nowMs % periodMs)) / 1000)
}

function tooMany(key: string, limit: number, retryAfterS: number): AppError {
  const detail = `The key "${key}" has sent its ${limit} requests of this minute.`
  return new AppError('rate_limited', detail, { meta: { limit, retryAfterS } })
}
