// One Idempotency-Key, one job. The key is reserved durably before any work, tied to the job in the job's own transaction, and
// released when the request is rejected. The next start frees the reservations of a crashed hub.
import { AppError } from '../../domain/errors.ts'
import type { JobId } from '../../domain/ids.ts'
import type { SubmitOptions } from '../hub.ts'
import type { HubPorts } from '../hub-ports.ts'
import type { IdempotencyRecord } from '../ports/idempotency-store.ts'
import type { Transaction } from '../ports/unit-of-work.ts'

const KEY_FORM = /^[A-Za-z0-9_\-:.]{1,255}$/
/** Longer than accepting a request takes; then the reservation of a dead process no longer counts. */
const RESERVATION_MS = 10 * 60_000

export interface Acceptance {
  /** Ties the key to the job, within the transaction that creates the job. */
  complete(tx: Transaction, jobId: JobId): Promise<void>
}

export interface AcceptanceResult {
  readonly jobId: JobId
  readonly replayed: boolean
}

type Ports = Pick<HubPorts, 'idempotency' | 'unitOfWork' | 'clock' | 'ids' | 'limits'>

/**
 * @param fingerprint called only when there is a key
 * @throws AppError `idempotency_key_invalid`, `idempotency_key_reused`, `idempotency_in_flight`, and what `accept` throws
 */
export async function withIdempotency(
  options: Pick<SubmitOptions, 'idempotencyKey' | 'caller' | 'route'>,
  fingerprint: () => Promise<string>,
  accept: (acceptance: Acceptance) => Promise<JobId>,
  ports: Ports,
): Promise<AcceptanceResult> {
  const { idempotencyKey: key } = options
  if (key === null) {
    const jobId = await accept({ complete: async () => {} })
    return { jobId, replayed: false }
  }
  if (!KEY_FORM.test(key)) {
    const detail = 'The Idempotency-Key must be 1 to 255 characters of A-Z a-z 0-9 _ - : . in all.'
    throw new AppError('idempotency_key_invalid', detail)
  }
  const record: IdempotencyRecord = {
    scope: `${options.caller.ownerKey} ${options.route}`,
    key,
    fingerprint: await fingerprint(),
    jobId: null,
    reservedBy: ports.ids.newToken(),
    expiresAtMs: ports.clock.epochMs() + RESERVATION_MS,
  }
  const known = await ports.unitOfWork.write((tx) =>
    ports.idempotency.reserve(tx, record, ports.clock.epochMs()),
  )
  if (known !== null) return { jobId: replay(known, record), replayed: true }
  return { jobId: await acceptReserved(record, accept, ports), replayed: false }
}

function replay(known: IdempotencyRecord, asked: IdempotencyRecord): JobId {
  if (known.fingerprint !== asked.fingerprint) {
    const detail = `The Idempotency-Key "${known.key}" was used for another request.`
    throw new AppError('idempotency_key_reused', detail)
  }
  if (known.jobId === null) {
    const detail = `The request with the Idempotency-Key "${known.key}" is still being accepted.`
    throw new AppError('idempotency_in_flight', detail)
  }
  return known.jobId
}

async function acceptReserved(
  record: IdempotencyRecord,
  accept: (acceptance: Acceptance) => Promise<JobId>,
  { idempotency, unitOfWork, clock, limits }: Ports,
): Promise<JobId> {
  try {
    return await accept({
      async complete(tx, jobId) {
        const expiresAtMs = clock.epochMs() + limits.idempotencyMs
        if (await idempotency.complete(tx, { ...record, jobId, expiresAtMs })) return
        const detail = 'Accepting the request took so long that its Idempotency-Key was released.'
        throw new AppError('idempotency_in_flight', detail)
      },
    })
  } catch (error) {
    await unitOfWork.write((tx) => idempotency.release(tx, record))
    throw error
  }
}
