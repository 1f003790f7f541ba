// One Idempotency-Key, one job or batch. The key is reserved durably before any work, tied to what it makes in the transaction that
// makes it, and released when the request is rejected. The others free the reservations of a crashed hub, or its next start does.
import { AppError } from '../../domain/errors.ts'
import { ownedName } from '../../domain/owned-name.ts'
import type { SubmitOptions } from '../hub.ts'
import type { HubPorts } from '../hub-ports.ts'
import { finishLater } from '../outlast-store.ts'
import type { IdempotencyRecord, MadeId } from '../ports/idempotency-store.ts'
import type { Transaction } from '../ports/unit-of-work.ts'

const KEY_FORM = /^[A-Za-z0-9_\-:.]{1,255}$/
/** Longer than accepting a request takes; then the reservation of a dead process no longer counts. */
const RESERVATION_MS = 10 * 60_000

export interface Acceptance {
  /** Ties the key to the job or batch, within the transaction that creates it. */
  complete(tx: Transaction, madeId: MadeId): Promise<void>
}

export interface AcceptanceResult<Id extends MadeId> {
  readonly madeId: Id
  readonly replayed: boolean
}

type Ports = Pick<HubPorts, 'idempotency' | 'unitOfWork' | 'clock' | 'ids' | 'limits' | 'owner'>

/**
 * @param fingerprint called only when there is a key
 * @throws AppError `idempotency_key_invalid`, `idempotency_key_reused`, `idempotency_in_flight`, and what `accept` throws
 */
export async function withIdempotency<Id extends MadeId>(
  options: Pick<SubmitOptions, 'idempotencyKey' | 'caller' | 'route'>,
  fingerprint: () => Promise<string>,
  accept: (acceptance: Acceptance) => Promise<Id>,
  ports: Ports,
): Promise<AcceptanceResult<Id>> {
  const { idempotencyKey: key } = options
  if (key === null) {
    return { madeId: await accept({ complete: async () => {} }), replayed: false }
  }
  if (!KEY_FORM.test(key)) {
    const detail = 'The Idempotency-Key must be 1 to 255 characters of A-Z a-z 0-9 _ - : . in all.'
    throw new AppError('idempotency_key_invalid', detail)
  }
  const record: IdempotencyRecord = {
    scope: `${options.caller.ownerKey} ${options.route}`,
    key,
    fingerprint: await fingerprint(),
    madeId: null,
    reservedBy: ownedName(ports.owner, ports.ids.newToken()),
    expiresAtMs: ports.clock.epochMs() + RESERVATION_MS,
  }
  const known = await ports.unitOfWork.write((tx) =>
    ports.idempotency.reserve(tx, record, ports.clock.epochMs()),
  )
  // The scope names the route, so what its key made is of the kind that the route makes.
  if (known !== null) return { madeId: replay(known, record) as Id, replayed: true }
  return { madeId: await acceptReserved(record, accept, ports), replayed: false }
}

function replay(known: IdempotencyRecord, asked: IdempotencyRecord): MadeId {
  if (known.fingerprint !== asked.fingerprint) {
    const detail = `The Idempotency-Key "${known.key}" was used for another request.`
    throw new AppError('idempotency_key_reused', detail)
  }
  if (known.madeId === null) {
    const detail = `The request with the Idempotency-Key "${known.key}" is still being accepted.`
    throw new AppError('idempotency_in_flight', detail)
  }
  return known.madeId
}

async function acceptReserved<Id extends MadeId>(
  record: IdempotencyRecord,
  accept: (acceptance: Acceptance) => Promise<Id>,
  { idempotency, unitOfWork, clock, limits }: Ports,
): Promise<Id> {
  try {
    return await accept({
      async complete(tx, madeId) {
        const expiresAtMs = clock.epochMs() + limits.idempotencyMs
        if (await idempotency.complete(tx, { ...record, madeId, expiresAtMs })) return
        const detail = 'Accepting the request took so long that its Idempotency-Key was released.'
        throw new AppError('idempotency_in_flight', detail)
      },
    })
  } catch (error) {
    await finishLater(() => unitOfWork.write((tx) => idempotency.release(tx, record)))
    throw error
  }
}
