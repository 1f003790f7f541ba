// Chooses the engine: the requested one, else the configured one, else the best one.
import { AppError } from '../domain/errors.ts'
import type { Engine, Engines } from './ports/engine.ts'

export interface EngineChoice {
  readonly engines: Engines
  /** Used when the request names none; null takes the first. */
  readonly defaultEngine: string | null
}

/** Rejects before any work starts. @throws AppError `engine_unavailable` */
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
      : `The engine "${name}" is not configured here. Configured: ${known}.`,
    { pointer: '/engine' },
  )
}
