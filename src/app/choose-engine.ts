// Which engine does the work: the one that was asked for, else the configured one, else the best there is.
import { AppError } from '../domain/errors.ts'

export interface EngineChoice<Entry> {
  /** By name, the best one first. */
  readonly engines: ReadonlyMap<string, Entry>
  /** The one to take when none is asked for; null takes the first. */
  readonly defaultEngine: string | null
}

/** Refuses before any work starts. @throws AppError `engine_unavailable` */
export function chooseEngine<Entry>(
  wanted: string | null,
  { engines, defaultEngine }: EngineChoice<Entry>,
): Entry {
  const name = wanted ?? defaultEngine ?? engines.keys().next().value
  const entry = name === undefined ? undefined : engines.get(name)
  if (entry !== undefined) return entry
  const known = [...engines.keys()].join(', ')
  throw new AppError(
    'engine_unavailable',
    name === undefined
      ? 'No engine is configured.'
      : `The engine "${name}" is not configured here; there is: ${known}.`,
    { pointer: '/engine' },
  )
}
