// Which engine does the work: the one that was asked for, else the configured one, else the best there is.
import { AppError } from '../domain/errors.ts'
import type { Engine, Engines } from './ports/engine.ts'

export interface EngineChoice {
  readonly engines: Engines
  /** The one to take when none is asked for; null takes the first. */
  readonly defaultEngine: string | null
}

/** Refuses before any work starts. @throws AppError `engine_unavailable` */
export function chooseEngine(
  wanted: string | null,
  { engines, defaultEngine }: EngineChoice,
): Engine {
  const name = wanted ?? defaultEngine ?? engines.keys().next().value
  const engine = name === undefined ? undefined : engines.get(name)
  if (engine !== undefined) return engine
  const known = [...engines.keys()].join(', ')
  throw new AppError(
    'engine_unavailable',
    name === undefined
      ? 'No engine is configured.'
      : `The engine "${name}" is not configured here; there is: ${known}.`,
    { pointer: '/engine' },
  )
}
