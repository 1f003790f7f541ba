// Whether a set of models is complete: what is missing or wrong, how much a pull downloads, and which alternatives exist.
import type { ModelStatus } from '../app/ports/models.ts'

export interface SetJudgement {
  readonly all: number
  readonly there: number
  /** Missing or incomplete. Models that graphs can run without are in `missingOptional` instead. */
  readonly missing: readonly ModelStatus[]
  readonly missingOptional: readonly ModelStatus[]
  /** Present with the wrong content. */
  readonly faulty: readonly ModelStatus[]
  /** Present alternatives of missing models: a graph may name them. */
  readonly standIns: readonly ModelStatus[]
  /** The download of a pull of this set, as far as sizes are known. */
  readonly missingBytes: number
  /** Some sizes are unknown: the pull downloads more. */
  readonly isMore: boolean
  /** Some models that are in no other set are present or partly downloaded. */
  readonly isBegun: boolean
}

/** @param statuses of every model of the manifest */
export function judgeSet(set: string, statuses: readonly ModelStatus[]): SetJudgement {
  const own = statuses.filter(({ model }) => model.sets.includes(set))
  const absent = own.filter(({ state }) => state === 'missing' || state === 'partial')
  const missing = absent.filter(({ model }) => !model.optional)
  const wanted = new Set(missing.flatMap(({ model }) => model.alternatives))
  return {
    all: own.length,
    there: own.filter(isThere).length,
    missing,
    missingOptional: absent.filter(({ model }) => model.optional),
    faulty: own.filter((status) => !isThere(status) && !absent.includes(status)),
    standIns: statuses.filter((status) => isThere(status) && wanted.has(status.model.name)),
    missingBytes: absent.reduce(
      (sum, { bytes, bytesOnDisk }) => sum + Math.max(0, (bytes ?? 0) - bytesOnDisk),
      0,
    ),
    isMore: absent.some(({ bytes }) => bytes === null),
    isBegun: own.some(({ model, state }) => model.sets.length === 1 && state !== 'missing'),
  }
}

function isThere({ state }: ModelStatus): boolean {
  return state === 'present' || state === 'unverified'
}
