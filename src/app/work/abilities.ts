// The jobs that this process can render now. A worker beside others claims no other job: one that another worker can render waits for it.
import type { Job } from '../../domain/job.ts'
import { type Ability, NO_NEED } from '../../domain/worker-needs.ts'
import type { Engine, Engines } from '../ports/engine.ts'

export async function readAbilities(engines: Engines): Promise<readonly Ability[]> {
  return (await Promise.all([...engines.values()].map(abilitiesOf))).flat()
}

async function abilitiesOf(engine: Engine): Promise<readonly Ability[]> {
  if ((await engine.health()) !== null) return []
  const needs = await engine.needs?.()
  const met = [...(needs ?? [])].flatMap(([need, lacking]) => (lacking === null ? [need] : []))
  // Entries of the previous version have no need.
  return [NO_NEED, ...met].map((need) => ({ engine: engine.name, need }))
}

/** The worker that a job waits for. */
export function abilityFor(
  { engine, input }: Pick<Job, 'engine' | 'input'>,
  engines: Engines,
): Ability {
  return { engine, need: engines.get(engine)?.needOf?.(input) ?? NO_NEED }
}
