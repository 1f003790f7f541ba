// Makes a new job that keeps the first windows of an ended one and renders the rest again. Both hold the kept windows and the
// inputs, so either may be deleted.
import { FPS } from '@infinitetalk/arithmetic'
import { AppError } from '../../domain/errors.ts'
import type { JobId } from '../../domain/ids.ts'
import type { Job, JobInput } from '../../domain/job.ts'
import type { RetakeChanges, SubmitOptions } from '../hub.ts'
import type { HubPorts } from '../hub-ports.ts'
import type { Engine } from '../ports/engine.ts'
import type { Transaction } from '../ports/unit-of-work.ts'
import type { KeptWindow } from '../ports/window-store.ts'
import { createJob } from './create-job.ts'
import { findEndedJob } from './find-job.ts'
import { unbroken } from './open-stream.ts'
import { inputBlobs } from './retry-job.ts'
import { announceAccepted, checkDiskHasRoom } from './submit-job.ts'
import { type Acceptance, type AcceptanceResult, withIdempotency } from './with-idempotency.ts'

/**
 * @throws AppError `job_not_found`, `job_expired`, `job_not_finished`, `windows_not_kept`, `invalid_request` for a moment that no kept
 * window shows, `engine_unavailable`, `queue_full`, `disk_full`, `idempotency_*`
 */
export async function retakeJob(
  id: string,
  changes: RetakeChanges,
  options: SubmitOptions,
  ports: HubPorts,
): Promise<AcceptanceResult<JobId>> {
  await checkDiskHasRoom(ports)
  return withIdempotency(
    options,
    async () => `retake ${id} ${JSON.stringify(changes)}`,
    (acceptance) => retake(id, changes, options, acceptance, ports),
    ports,
  )
}

async function retake(
  id: string,
  changes: RetakeChanges,
  { caller }: SubmitOptions,
  acceptance: Acceptance,
  ports: HubPorts,
): Promise<JobId> {
  const newId = ports.ids.newJobId()
  const seed = changes.seed ?? ports.ids.newSeed()
  const job = await ports.unitOfWork.write(async (tx): Promise<Job> => {
    const earlier = await findEndedJob(tx, id, ports.jobs)
    const windows = unbroken(await ports.windows.ofJob(tx, earlier.id))
    const kept = windowsBefore(changes.fromSeconds, windows, earlier)
    const created = await createJob(
      tx,
      {
        id: newId,
        caller,
        input: changed(earlier.input, changes, seed),
        engine: engineOf(earlier, ports),
        expected: earlier.expected,
        retryOf: earlier.id,
      },
      ports,
    )
    await holdAll(tx, created, kept, ports)
    const sound = await ports.windows.soundOf(tx, earlier.id)
    if (sound !== null) {
      await ports.references.add(tx, sound.sha256, { kind: 'job', id: newId })
    }
    await ports.windows.copy(tx, {
      from: earlier.id,
      to: newId,
      numbers: kept.map(({ number }) => number),
    })
    await acceptance.complete(tx, newId)
    return created
  })
  announceAccepted(job, ports)
  return job.id
}

/** @throws AppError `windows_not_kept`, `invalid_request` */
function windowsBefore(
  fromSeconds: number,
  windows: readonly KeptWindow[],
  { id, status }: Job,
): readonly KeptWindow[] {
  const last = windows.at(-1)
  if (last === undefined) {
    throw new AppError('windows_not_kept', `The job ${id} has no windows that could be kept.`)
  }
  // A moment that is the start of a frame may be a trifle before it in floating point.
  const frame = Math.floor(fromSeconds * FPS + 1e-6)
  const frames = last.firstFrame + last.frames
  // A job that ended early goes on where its windows end; of a finished one nothing would be left to render.
  if (frame > frames || (frame === frames && (status === 'succeeded' || last.handover === null))) {
    const detail = `The windows of the job ${id} end at ${frames / FPS} s: give an earlier "from_s" than ${fromSeconds}.`
    throw new AppError('invalid_request', detail, {
      pointer: '/from_s',
      meta: { endsAtSeconds: frames / FPS },
    })
  }
  const before = windows.filter((window) => window.firstFrame + window.frames <= frame)
  // A window that was crossfaded into the next piece hands nothing over: it is rendered again.
  const kept = before.slice(0, before.findLastIndex(({ handover }) => handover !== null) + 1)
  if (before.length === 0 || kept.length > 0) return kept
  const detail = `The windows of the job ${id} were rendered in one prompt: none can be kept.`
  throw new AppError('windows_not_kept', detail)
}

function changed(input: JobInput, { prompts, steps }: RetakeChanges, seed: number): JobInput {
  const explicit = new Set(input.explicit).add('seed')
  if (prompts !== null) explicit.add('prompt')
  if (steps !== null) explicit.add('steps')
  return {
    ...input,
    seed,
    prompts: prompts ?? input.prompts,
    steps: steps ?? input.steps,
    explicit: [...explicit],
  }
}

/** The kept windows fit only the engine that made them. @throws AppError `engine_unavailable` */
function engineOf({ id, engine: name }: Job, { engines }: HubPorts): Engine {
  const engine = engines.get(name)
  if (engine !== undefined) return engine
  const detail = `The job ${id} was rendered by the engine "${name}", which this hub does not have.`
  throw new AppError('engine_unavailable', detail)
}

async function holdAll(
  tx: Transaction,
  { id, input }: Job,
  windows: readonly KeptWindow[],
  { references }: HubPorts,
): Promise<void> {
  const blobs = new Set(inputBlobs(input))
  for (const { segment, handover } of windows) {
    blobs.add(segment.sha256)
    if (handover !== null) blobs.add(handover.sha256)
  }
  for (const sha256 of blobs) await references.add(tx, sha256, { kind: 'job', id })
}
