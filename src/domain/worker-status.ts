// A process that renders for the hubs of a store, as it reports itself.

export interface WorkerEngine {
  readonly name: string
  /** Why it cannot work now, in one sentence; null when it can. */
  readonly detail: string | null
}

export interface WorkerReport {
  /** Its host and process: `gpu-1:4711`. */
  readonly name: string
  readonly version: string
  readonly engines: readonly WorkerEngine[]
  /** Names of its GPUs, as far as its engines report them. */
  readonly gpus: readonly string[]
  readonly running: number
  readonly maxRunning: number
  readonly startedAtMs: number
}

export interface WorkerStatus extends WorkerReport {
  /** It was asked to finish its jobs and to stop. */
  readonly draining: boolean
}

/** The reason why no worker will take a job of this engine now; null when one will. */
export function reasonToWait(engine: string, workers: readonly WorkerStatus[]): string | null {
  const able = workers.filter(({ engines }) => engines.some(({ name }) => name === engine))
  if (able.length === 0) return `No running worker has the engine "${engine}".`
  const taking = able.filter(({ draining }) => !draining)
  if (taking.length === 0) return `Every worker with the engine "${engine}" is being drained.`
  const details = taking.flatMap(({ engines }) => engines.filter(({ name }) => name === engine))
  if (details.some(({ detail }) => detail === null)) return null
  return details[0]?.detail ?? null
}

/** Jobs of the engine that all workers together render at a time. */
export function roomFor(engine: string, workers: readonly WorkerStatus[]): number {
  return workers
    .filter(({ draining, engines }) => !draining && engines.some(({ name }) => name === engine))
    .reduce((sum, { maxRunning }) => sum + maxRunning, 0)
}
