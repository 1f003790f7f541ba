// Follows a batch until it has ended. A hub that is away is asked again: the batch is the hub's.
import type { BatchResource } from '@infinitetalk/contract'
import { useState } from 'preact/hooks'
import type { Failure } from '../hub/failure.ts'
import { useHub } from '../hub/hub-context.ts'
import { useAnswer } from '../hub/use-answer.ts'

interface FollowedBatch {
  readonly batch: BatchResource | null
  readonly failure: Failure | null
  /** Applies the answer to an operation on the batch. */
  replace(batch: BatchResource): void
}

const EVERY_MS = 2000

export function useBatch(id: string): FollowedBatch {
  const hub = useHub()
  const [changed, replace] = useState<BatchResource | null>(null)
  const [ended, setEnded] = useState(false)
  const ask = async (signal: AbortSignal): Promise<BatchResource> => {
    const batch = await hub.client.batches.get(id, { signal })
    if (batch.status === 'ended') setEnded(true)
    return batch
  }
  const { data, failure } = useAnswer(hub, `batch ${id}`, ask, ended ? null : EVERY_MS)
  // The answer to a Cancel is newer until the next look.
  const batch = changed !== null && data?.cancel_requested_at == null ? changed : data
  return { batch: data === null ? null : batch, failure, replace }
}
