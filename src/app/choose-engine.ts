// Chooses the engine: the requested one, else the configured one, else the best one that is ready.
import { AppError } from '../domain/errors.ts'
import type { Engine, Engines } from './ports/engine.ts'

export interface EngineChoice {
  readonly engines: Engines
  /** Used when the request names none; null takes the first one that is ready. */
  readonly defaultEngine: string | null
}

/** Rejects before any work starts. @throws AppError `engine_unavailable` */
export async function chooseEngine(wanted: string | null, choice: EngineChoice): Promise<Engine> {
  const name = wanted ?? choice.defaultEngine
  return name === null ? bestReady(choice.engines) : namedEngine(name, choice.engines)
}

/** @throws AppError `engine_unavailable` */
function namedEngine(name: string, engines: Engines): Engine {
  const engine = engines.get(name)
  if (engine !== undefined) return engine
  const known = [...engines.keys()].join(', ')
  const detail = `The engine "${name}" is not configured here. Configured: ${known}.`
  throw new AppError('engine_unavailable', detail, { pointer: '/engine' })
}

/** An engine that only previews never takes the place of a configured one that is not ready: nobody asked for a preview. */
async function bestReady(engines: Engines): Promise<Engine> {
  const all = [...engines.values()]
  const full = all.filter(({ onlyPreviews }) => onlyPreviews !== true)
  const [first, ...others] = full.length > 0 ? full : all
  if (first === undefined) {
    throw new AppError('engine_unavailable', 'No engine is configured.', { pointer: '/engine' })
  }
  if (others.length === 0) return first
  for (const engine of [first, ...others]) if ((await engine.health()) === null) return engine
  return first
}
