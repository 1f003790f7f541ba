// Seconds of video that a key may make in a day (UTC). A job counts when it is accepted, with its length as far as it is known, and is
// corrected when it ends: a job without a video counts nothing.
import { FPS } from '@infinitetalk/arithmetic'
import { AppError } from '../../domain/errors.ts'
import type { Job } from '../../domain/job.ts'
import type { Caller } from '../hub.ts'
import type { JobWritePorts } from '../hub-ports.ts'
import type { Usage } from '../ports/key-usage-store.ts'
import type { Transaction } from '../ports/unit-of-work.ts'

export const DAY_MS = 24 * 3_600_000
/** Counts for a video whose length is not known yet. */
const ASSUMED_SECONDS = 10

type Ports = Pick<JobWritePorts, 'keyUsage' | 'clock'>

export function videoUsage(key: string, nowMs: number): Usage {
  return { key, kind: 'video', startsAtMs: nowMs - (nowMs % DAY_MS) }
}

/** Before the inputs are read. @throws AppError `quota_exceeded` */
export async function checkVideoQuota(
  tx: Transaction,
  caller: Caller,
  { keyUsage, clock }: Ports,
): Promise<void> {
  const nowMs = clock.epochMs()
  const limit = caller.rules?.videoSecondsPerDay ?? null
  if (limit === null) return
  const used = await keyUsage.used(tx, videoUsage(caller.ownerKey, nowMs))
  if (used >= limit) throw exceeded(caller, { limit, used, wanted: null, nowMs })
}

/** Within the transaction that creates the job. @throws AppError `quota_exceeded` */
export async function countAccepted(
  tx: Transaction,
  caller: Caller,
  expected: Job['expected'],
  { keyUsage, clock }: Ports,
): Promise<void> {
  const nowMs = clock.epochMs()
  const wanted = assumedSeconds(expected)
  const used = await keyUsage.add(tx, videoUsage(caller.ownerKey, nowMs), wanted)
  const limit = caller.rules?.videoSecondsPerDay ?? null
  // With an unknown length, only what is used up already counts.
  const isOver = limit !== null && (expected === null ? used - wanted >= limit : used > limit)
  if (isOver) throw exceeded(caller, { limit, used: used - wanted, wanted, nowMs })
}

/** Within the transaction that ends the job. */
export async function correctEnded(
  tx: Transaction,
  job: Job,
  { keyUsage, clock }: Ports,
): Promise<void> {
  const nowMs = clock.epochMs()
  const usage = videoUsage(job.ownerKey, nowMs)
  // The day in which it was counted is over.
  if (job.createdAtMs < usage.startsAtMs) return
  const made = job.output?.video.seconds ?? 0
  await keyUsage.add(tx, usage, made - assumedSeconds(job.expected))
}

function assumedSeconds(expected: Job['expected']): number {
  return expected === null ? ASSUMED_SECONDS : expected.frames / FPS
}

interface Excess {
  readonly limit: number
  readonly used: number
  readonly wanted: number | null
  readonly nowMs: number
}

function exceeded({ ownerKey }: Caller, { limit, used, wanted, nowMs }: Excess): AppError {
  const more = wanted === null ? '' : ` and asks for ${Math.ceil(wanted)} s more`
  const detail = `The key "${ownerKey}" has used ${Math.round(used)} of its ${limit} s of video of this day (UTC)${more}.`
  const retryAfterS = Math.ceil((DAY_MS - (nowMs % DAY_MS)) / 1000)
  return new AppError('quota_exceeded', detail, { meta: { limit, used, retryAfterS } })
}
