// Turns a request into a durable job. Before acceptance it checks the form, the engine and, unless the caller cannot wait for it,
// the media. When this returns, the job, its inputs and its place in the queue survive kill -9 and a power cut.
import type { GenerationSpec } from '@infinitetalk/contract'
import type { Semaphore } from '../../async/semaphore.ts'
import { checkCapabilities } from '../../domain/capabilities.ts'
import { AppError } from '../../domain/errors.ts'
import type { JobId } from '../../domain/ids.ts'
import type { Job, JobInput, JobSource } from '../../domain/job.ts'
import { lowerPriority } from '../../domain/key-rules.ts'
import { BlobHold } from '../blob-hold.ts'
import { chooseEngine } from '../choose-engine.ts'
import type { Caller, SubmitOptions } from '../hub.ts'
import type { HubPorts } from '../hub-ports.ts'
import { checkVideoQuota } from '../keys/video-quota.ts'
import type { Engine } from '../ports/engine.ts'
import { acceptWebhook } from '../webhooks/accept-webhook.ts'
import { checkQueueHasRoom, createJob } from './create-job.ts'
import { probeInputs } from './probe-inputs.ts'
import { requestFingerprint } from './request-fingerprint.ts'
import { findReusable } from './reuse-video.ts'
import { takeInputs } from './take-inputs.ts'
import { type Acceptance, type AcceptanceResult, withIdempotency } from './with-idempotency.ts'

/** @throws AppError any code of the request and its inputs; `queue_full`, `quota_exceeded`, `disk_full`, `idempotency_*` */
export async function submitJob(
  body: unknown,
  options: SubmitOptions,
  probes: Semaphore,
  ports: HubPorts,
): Promise<AcceptanceResult<JobId>> {
  const { spec, engine } = await examineRequest(body, options.caller, ports)
  await checkDiskHasRoom(ports)
  return withIdempotency(
    options,
    () => requestFingerprint(spec, ports),
    (acceptance) => accept({ spec, engine, options, probes, acceptance }, ports),
    ports,
  )
}

/** Checks a request as far as possible before its inputs are read. @throws AppError */
export async function examineRequest(
  body: unknown,
  caller: Caller,
  ports: Pick<HubPorts, 'acceptRequest' | 'engines' | 'defaultEngine'>,
): Promise<{ readonly spec: GenerationSpec; readonly engine: Engine }> {
  const spec = ports.acceptRequest(body)
  checkPriority(spec, caller)
  const engine = await chooseEngine(spec.engine, ports)
  checkCapabilities(spec, engine.name, engine.capabilities)
  await engine.checkRequest?.(spec)
  return { spec, engine }
}

interface Accepting {
  readonly spec: GenerationSpec
  readonly engine: Engine
  readonly options: SubmitOptions
  readonly probes: Semaphore
  readonly acceptance: Acceptance
}

async function accept(accepting: Accepting, ports: HubPorts): Promise<JobId> {
  const { spec, engine, options, probes, acceptance } = accepting
  const { caller, signal, checkInputsLater = false } = options
  const webhook = await acceptWebhook(spec.webhook, options, ports)
  const hold = new BlobHold(ports, ports.ids.newToken())
  try {
    // Checked here as well, so that a full queue or a used-up quota rejects before inputs are read.
    await ports.unitOfWork.read(async (tx) => {
      await checkQueueHasRoom(tx, caller.ownerKey, ports)
      await checkVideoQuota(tx, caller, ports)
    })
    const input = await takeInputs(spec, hold, { caller, signal, webhook }, ports)
    const isMade = await ports.unitOfWork.read((tx) =>
      findReusable(tx, caller.ownerKey, input, engine.name, ports),
    )
    const unprobed = checkInputsLater || isMade !== null
    const expected = unprobed ? null : await probeInputs(input, engine, { probes, signal }, ports)
    signal.throwIfAborted()
    const id = ports.ids.newJobId()
    const request = { id, caller, input, engine, expected, retryOf: null }
    const job = await ports.unitOfWork.write(async (tx) => {
      const created = await createJob(tx, request, ports)
      await hold.handOver(tx, { kind: 'job', id })
      await acceptance.complete(tx, id)
      return created
    })
    announceAccepted(job, ports)
    return id
  } finally {
    await hold.release()
  }
}

/** @throws AppError `priority_forbidden` */
function checkPriority({ priority, explicit }: GenerationSpec, { ownerKey, rules }: Caller): void {
  const most = rules?.maxPriority ?? 'high'
  if (!explicit.includes('priority') || lowerPriority(priority, most) === priority) return
  const detail = `The key "${ownerKey}" may ask for the priority "${most}" at most, not for "${priority}".`
  throw new AppError('priority_forbidden', detail, { pointer: '/priority', meta: { most } })
}

export function announceAccepted(
  job: Job,
  { observer, signals }: Pick<HubPorts, 'observer' | 'signals'>,
): void {
  observer.observe({
    type: 'job.accepted',
    jobId: job.id,
    ownerKey: job.ownerKey,
    engine: job.engine,
    inputBytes: bytesOf(job.input),
  })
  if (job.output !== null) {
    const { id: jobId, engine, attempt, output } = job
    const outputBytes = output.video.bytes
    const ended = {
      jobId,
      engine,
      attempt,
      status: 'succeeded',
      runningMs: 0,
      error: null,
    } as const
    observer.observe({ type: 'job.ended', ...ended, outputBytes })
  }
  signals.queueChanged()
}

function bytesOf({ visual, voices }: JobInput): number {
  const bytes = (source: JobSource): number => (source.kind === 'blob' ? source.bytes : 0)
  return voices.reduce((sum, { source }) => sum + bytes(source), bytes(visual))
}

/** @throws AppError `disk_full` */
export async function checkDiskHasRoom({
  blobs,
  limits,
}: Pick<HubPorts, 'blobs' | 'limits'>): Promise<void> {
  const freeBytes = await blobs.freeBytes()
  const { diskReserveBytes } = limits
  if (freeBytes >= diskReserveBytes) return
  const detail = `${freeBytes} bytes are free on the disk of the data folder; ${diskReserveBytes} are kept in reserve.`
  throw new AppError('disk_full', detail, { meta: { freeBytes, diskReserveBytes } })
}
