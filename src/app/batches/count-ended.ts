// Counts the end of a job of a batch, in the transaction that ends the job. The last one ends the batch, whose retention time begins
// then: all its jobs are kept until there is an archive to fetch, and as long as the batch.
import type { Job } from '../../domain/job.ts'
import type { HubPorts } from '../hub-ports.ts'
import type { Transaction } from '../ports/unit-of-work.ts'

type Ports = Pick<HubPorts, 'batches' | 'jobs' | 'clock' | 'limits'>

export async function countEnded(
  tx: Transaction,
  { batchId }: Job,
  { batches, jobs, clock, limits }: Ports,
): Promise<void> {
  if (batchId === null || !(await batches.jobEnded(tx, batchId))) return
  const nowMs = clock.epochMs()
  const expiresAtMs = nowMs + limits.retentionMs
  await batches.end(tx, batchId, nowMs, expiresAtMs)
  await jobs.expireWithBatch(tx, batchId, expiresAtMs)
}
