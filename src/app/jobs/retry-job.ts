// Makes a new job with the input of an ended one. Both keep the blobs, so either may be deleted.
import type { JobId, Sha256 } from '../../domain/ids.ts'
import type { Job, JobInput } from '../../domain/job.ts'
import { chooseEngine } from '../choose-engine.ts'
import type { RetryChanges, SubmitOptions } from '../hub.ts'
import type { HubPorts } from '../hub-ports.ts'
import { createJob } from './create-job.ts'
import { findEndedJob, findJob } from './find-job.ts'
import { announceAccepted, checkDiskHasRoom } from './submit-job.ts'
import { type Acceptance, type AcceptanceResult, withIdempotency } from './with-idempotency.ts'

/** @throws AppError `job_not_found`, `job_expired`, `job_not_finished`, `queue_full`, `disk_full`, `idempotency_*` */
export async function retryJob(
  id: string,
  changes: RetryChanges,
  options: SubmitOptions,
  ports: HubPorts,
): Promise<AcceptanceResult<JobId>> {
  await checkDiskHasRoom(ports)
  return withIdempotency(
    options,
    async () => `retry ${id} ${changes.seed ?? ''}`.trimEnd(),
    (acceptance) => retry(id, changes, options, acceptance, ports),
    ports,
  )
}

async function retry(
  id: string,
  { seed }: RetryChanges,
  { caller }: SubmitOptions,
  acceptance: Acceptance,
  ports: HubPorts,
): Promise<JobId> {
  // Before the transaction that writes: an engine may have to be asked whether it is ready. The input of a job never changes.
  const { input: asked } = await ports.unitOfWork.read((tx) => findJob(tx, id, ports.jobs))
  const engine = await chooseEngine(asked.engine, ports)
  const job = await ports.unitOfWork.write(async (tx): Promise<Job> => {
    const earlier = await findEndedJob(tx, id, ports.jobs)
    const { expected } = earlier
    const input = seed === null ? earlier.input : { ...earlier.input, seed }
    const newId = ports.ids.newJobId()
    const request = { caller, input, expected, engine, retryOf: earlier.id }
    const created = await createJob(tx, { id: newId, ...request }, ports)
    for (const sha256 of inputBlobs(input)) {
      await ports.references.add(tx, sha256, { kind: 'job', id: newId })
    }
    await acceptance.complete(tx, newId)
    return created
  })
  announceAccepted(job, ports)
  return job.id
}

export function inputBlobs({ visual, voices }: JobInput): readonly Sha256[] {
  const sources = [visual, ...voices.map(({ source }) => source)]
  return sources.flatMap((source) => (source.kind === 'blob' ? [source.sha256] : []))
}
