// Renews the lease while a render runs, and aborts the render when the job was canceled or the lease is lost. A worker that cannot
// renew its lease in time counts itself as lost.
import { AppError } from '../../domain/errors.ts'
import type { ClaimedJob, ClaimPorts } from './claim-job.ts'

/** Share of a lease between two heartbeats: two may be missed. */
const BEATS_PER_LEASE = 3
/**
 * Share of the lease after which the worker counts it as lost. Others take the job after the whole lease; the render has the rest,
 * 3 s of 15 s, to end.
 */
const OWN_SHARE = 0.8

export interface LeaseKeeper {
  /** Stops the heartbeats, and waits for one in flight. */
  stop(): Promise<void>
}

/** @param abort called once, with `canceled` or `worker_lost` */
export function keepLease(
  { lease, job, claimedAtMs }: ClaimedJob,
  abort: (reason: AppError) => void,
  ports: ClaimPorts,
): LeaseKeeper {
  const { leaseMs } = ports.limits
  const { clock } = ports
  let beating: Promise<void> | null = null
  let ownEnd: NodeJS.Timeout | undefined
  // This timer waits for no answer, so a heartbeat that hangs cannot hold it up. A heartbeat counts from the time it was sent.
  const renew = (sentAtMs: number): void => {
    clearTimeout(ownEnd)
    const leftMs = sentAtMs + leaseMs * OWN_SHARE - clock.monotonicMs()
    ownEnd = setTimeout(() => abort(lost('the store stays away')), Math.max(0, leftMs))
  }
  renew(claimedAtMs)

  const beat = async (): Promise<void> => {
    const sentAtMs = clock.monotonicMs()
    try {
      const state = await ports.unitOfWork.write(async (tx) => {
        const kept = await ports.dispatch.heartbeat(tx, lease)
        const now = await ports.jobs.get(tx, job.id)
        const mine = kept && now?.status === 'running' && now.attempt === job.attempt
        return { mine, canceled: now !== null && now.cancelRequestedAtMs !== null }
      })
      renew(sentAtMs)
      if (!state.mine) abort(lost('another worker has the job, or it has ended'))
      else if (state.canceled) abort(new AppError('canceled', 'The job was canceled.'))
    } catch (error) {
      ports.observer.observe({ type: 'hub.trouble', where: 'heartbeat', error })
    }
  }
  const beatOnce = (): void => {
    beating ??= beat().finally(() => {
      beating = null
    })
  }
  const timer = setInterval(beatOnce, leaseMs / BEATS_PER_LEASE)
  // A signal reports a cancellation at once; the next heartbeat would report it too.
  const unsubscribe = ports.signals.onChange(job.id, () => void readCancellation())

  const readCancellation = async (): Promise<void> => {
    try {
      const now = await ports.unitOfWork.read((tx) => ports.jobs.get(tx, job.id))
      if (now?.attempt !== job.attempt || now.status !== 'running') return
      if (now.cancelRequestedAtMs !== null) abort(new AppError('canceled', 'The job was canceled.'))
    } catch (error) {
      ports.observer.observe({ type: 'hub.trouble', where: 'cancellation', error })
    }
  }
  return {
    async stop() {
      clearInterval(timer)
      clearTimeout(ownEnd)
      unsubscribe()
      await beating
      clearTimeout(ownEnd)
    },
  }
}

function lost(why: string): AppError {
  return new AppError('worker_lost', `The worker has lost the lease of the job: ${why}.`)
}
