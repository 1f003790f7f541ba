// Turns a list of requests into jobs, all or none. Every request is examined first; the inputs are stored once, however many items share
// them; one transaction then writes the jobs and their batch.
import type { BatchRequest, GenerationSpec, RequestProblem } from '@infinitetalk/contract'
import { Deadline } from '../../async/deadline.ts'
import type { BatchItem } from '../../domain/batch.ts'
import { AppError } from '../../domain/errors.ts'
import type { BatchId } from '../../domain/ids.ts'
import { isTerminal, type Job, type JobInput } from '../../domain/job.ts'
import { BlobHold } from '../blob-hold.ts'
import type { SubmitOptions } from '../hub.ts'
import type { HubPorts } from '../hub-ports.ts'
import { checkQueueHasRoom, createJob } from '../jobs/create-job.ts'
import { requestFingerprint, stableJson } from '../jobs/request-fingerprint.ts'
import { inputBlobs } from '../jobs/retry-job.ts'
import { announceAccepted, checkDiskHasRoom, examineRequest } from '../jobs/submit-job.ts'
import { takeInputs } from '../jobs/take-inputs.ts'
import {
  type Acceptance,
  type AcceptanceResult,
  withIdempotency,
} from '../jobs/with-idempotency.ts'
import { checkVideoQuota } from '../keys/video-quota.ts'
import type { Engine } from '../ports/engine.ts'
import { acceptWebhook } from '../webhooks/accept-webhook.ts'

/** Shorter than an Idempotency-Key is reserved. Only texts that are spoken take long. */
const ACCEPT_MS = 9 * 60_000
/** Problems of more items say nothing new. */
const MOST_PROBLEMS = 20

interface Asked {
  readonly name: string | null
  readonly spec: GenerationSpec
  readonly engine: Engine
}

/** @throws AppError as `submitJob`, with the number of the item; nothing is kept then */
export async function submitBatch(
  request: BatchRequest,
  options: SubmitOptions,
  ports: HubPorts,
): Promise<AcceptanceResult<BatchId>> {
  const asked = await examineItems(request, options, ports)
  await checkDiskHasRoom(ports)
  return withIdempotency(
    options,
    async () => {
      const prints = []
      for (const { name, spec } of asked) {
        prints.push([name, await requestFingerprint(spec, ports)])
      }
      return stableJson([request.name ?? null, prints])
    },
    (acceptance) => accept({ request, asked, options, acceptance }, ports),
    ports,
  )
}

async function examineItems(
  { items, defaults }: BatchRequest,
  { caller }: SubmitOptions,
  ports: HubPorts,
): Promise<readonly Asked[]> {
  const asked: Asked[] = []
  const problems: RequestProblem[] = []
  for (const [index, { name = null, ...members }] of items.entries()) {
    try {
      const body = { ...defaults, ...members }
      asked.push({ name, ...(await examineRequest(body, caller, ports)) })
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      const named = ofItem(error, index)
      // A problem of the caller or of the hub concerns every item.
      if (error.entry.status !== 422 && error.entry.status !== 413) throw named
      problems.push(...problemsOf(named))
      if (problems.length >= MOST_PROBLEMS) break
    }
  }
  if (problems.length === 0) return asked
  const codes = new Set(problems.map(({ code }) => code))
  const code = codes.size === 1 ? problems[0]!.code : 'invalid_request'
  const detail = problems.map(({ message }) => message).join(' ')
  throw new AppError(code, detail, { meta: { errors: problems.slice(0, MOST_PROBLEMS) } })
}

interface Accepting {
  readonly request: BatchRequest
  readonly asked: readonly Asked[]
  readonly options: SubmitOptions
  readonly acceptance: Acceptance
}

async function accept(
  { request, asked, options, acceptance }: Accepting,
  ports: HubPorts,
): Promise<BatchId> {
  const { caller } = options
  using deadline = new Deadline(ACCEPT_MS, options.signal)
  const hold = new BlobHold(ports, ports.ids.newToken())
  try {
    // Checked here as well, so that a full queue or a used-up quota rejects before inputs are read.
    await ports.unitOfWork.read(async (tx) => {
      await checkQueueHasRoom(tx, caller.ownerKey, ports, asked.length)
      await checkVideoQuota(tx, caller, ports)
    })
    const timed = { ...options, signal: deadline.signal }
    const inputs = await takeAll(asked, hold, timed, ports).catch((error: unknown) => {
      throw deadline.signal.aborted && !options.signal.aborted ? tooLate(error) : error
    })
    options.signal.throwIfAborted()
    const id = ports.ids.newBatchId()
    const jobs = await ports.unitOfWork.write(async (tx) => {
      const created: Job[] = []
      for (const [index, input] of inputs.entries()) {
        const { engine } = asked[index]!
        const jobId = ports.ids.newJobId()
        const facts = { id: jobId, caller, input, engine, expected: null, retryOf: null }
        created.push(await createJob(tx, { ...facts, batchId: id }, ports))
        for (const sha256 of inputBlobs(input)) {
          await ports.references.add(tx, sha256, { kind: 'job', id: jobId })
        }
      }
      await hold.letGo(tx)
      await insertBatch(tx, { id, request, asked, created, ownerKey: caller.ownerKey }, ports)
      await acceptance.complete(tx, id)
      return created
    })
    for (const job of jobs) announceAccepted(job, ports)
    return id
  } finally {
    await hold.release()
  }
}

function tooLate(cause: unknown): AppError {
  const detail = `The inputs of the batch were not taken within ${ACCEPT_MS / 60_000} minutes. Nearly all of that goes into texts to speak: send fewer of them at a time.`
  return new AppError('speech_failed', detail, { cause, pointer: '/items' })
}

/** In order, so that the first wrong item is the one that is reported. */
async function takeAll(
  asked: readonly Asked[],
  hold: BlobHold,
  options: SubmitOptions,
  ports: HubPorts,
): Promise<readonly JobInput[]> {
  const { caller, signal } = options
  const taken = new Map()
  const inputs: JobInput[] = []
  for (const [index, { spec }] of asked.entries()) {
    try {
      const webhook = await acceptWebhook(spec.webhook, options, ports)
      inputs.push(await takeInputs(spec, hold, { caller, signal, webhook, taken }, ports))
    } catch (error) {
      throw error instanceof AppError ? ofItem(error, index) : error
    }
  }
  return inputs
}

interface NewBatch {
  readonly id: BatchId
  readonly ownerKey: string
  readonly request: BatchRequest
  readonly asked: readonly Asked[]
  readonly created: readonly Job[]
}

async function insertBatch(
  tx: Parameters<HubPorts['batches']['insert']>[0],
  { id, ownerKey, request, asked, created }: NewBatch,
  { batches, clock, limits }: HubPorts,
): Promise<void> {
  const nowMs = clock.epochMs()
  const items = created.map(
    (job, index): BatchItem => ({ name: asked[index]!.name, jobId: job.id }),
  )
  // Jobs that reuse a video have ended already.
  const unfinished = created.filter(({ status }) => !isTerminal(status)).length
  const endedAtMs = unfinished === 0 ? nowMs : null
  const batch = {
    id,
    ownerKey,
    name: request.name ?? null,
    items,
    createdAtMs: nowMs,
    cancelRequestedAtMs: null,
    endedAtMs,
    expiresAtMs: endedAtMs === null ? null : nowMs + limits.retentionMs,
  }
  await batches.insert(tx, batch, unfinished)
}

function ofItem({ code, detail, pointer = '', meta, cause }: AppError, index: number): AppError {
  const errors = meta.errors as readonly RequestProblem[] | undefined
  const inItem = `/items/${index}`
  return new AppError(code, `Item ${index + 1}: ${detail}`, {
    cause,
    pointer: `${inItem}${pointer}`,
    meta:
      errors === undefined
        ? meta
        : {
            ...meta,
            errors: errors.map((one) => ({ ...one, pointer: `${inItem}${one.pointer}` })),
          },
  })
}

function problemsOf({ code, detail, pointer = '', meta }: AppError): readonly RequestProblem[] {
  const errors = meta.errors as readonly RequestProblem[] | undefined
  return errors ?? [{ pointer, code: code as RequestProblem['code'], message: detail }]
}
