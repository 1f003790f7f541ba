// Is a set of models complete? What is missing or wrong, how much there is to download, and what could stand in.
import type { ModelStatus } from '../app/ports/models.ts'

export interface SetJudgement {
  readonly all: number
  readonly there: number
  /** Not there, or not whole. Models that graphs run without are in `missingOptional` instead. */
  readonly missing: readonly ModelStatus[]
  readonly missingOptional: readonly ModelStatus[]
  /** There, and not what they must be. */
  readonly faulty: readonly ModelStatus[]
  /** Alternatives of what is missing that are there: a graph may name them. */
  readonly standIns: readonly ModelStatus[]
  /** What a pull of the set would download, as far as sizes are known. */
  readonly missingBytes: number
  /** Some sizes are not known: it is more. */
  readonly isMore: boolean
  /** Some of its models are in no other set and are there, or have begun to come. */
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
