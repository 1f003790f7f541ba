// Says for as long as a render runs that its worker lives, and finds out what the render must know: that the job was canceled,
// or that the lease is lost. A worker that cannot say so for the length of a lease counts itself as lost.
import { AppError } from '../../domain/errors.ts'
import type { ClaimedJob, ClaimPorts } from './claim-job.ts'

/** Of a lease: two beats may be missed. */
const BEATS_PER_LEASE = 3
/**
 * Share of the lease after which the worker itself counts it as lost. Others take the job when the whole lease is over, and by
 * then the render has ended: of the 15 s of a lease it has 3 s for that.
 */
const OWN_SHARE = 0.8

export interface LeaseKeeper {
  /** Ends the beats, and waits for one that is under way. */
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
  // A beat that hangs ends nothing: this timer waits for no answer. A beat counts from when it was sent.
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
  // A cancellation is told at once; the next beat would tell it too.
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
  return new AppError('worker_lost', `The worker has lost the job: ${why}.`)
}
