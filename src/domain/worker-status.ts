// A process that renders for the hubs of a store, as it reports itself.
import { type Ability, NO_NEED, sayNeed } from './worker-needs.ts'

export interface WorkerEngine {
  readonly name: string
  /** Why it cannot work now, in one sentence; null when it can. */
  readonly detail: string | null
  /** Each need of requests that it knows: null when it meets it, else why not, in one sentence. Absent: it takes every job of the engine. */
  readonly needs?: Readonly<Record<string, string | null>>
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

/** The reason why no worker will take such a job now; null when one will. */
export function reasonToWait(job: Ability, workers: readonly WorkerStatus[]): string | null {
  const { engine, need } = job
  const having = workers.filter((worker) => engineOf(worker, engine) !== undefined)
  if (having.length === 0) return `No running worker has the engine "${engine}".`
  const able = having.filter((worker) => meets(worker, job))
  if (able.length === 0)
    return `No running worker has ${sayNeed(need)}. ${whyNot(job, having)}`.trim()
  const taking = able.filter(({ draining }) => !draining)
  if (taking.length === 0) {
    const also = need === NO_NEED ? '' : ` and ${sayNeed(need)}`
    return `Every worker with the engine "${engine}"${also} is being drained.`
  }
  const details = taking.map((worker) => engineOf(worker, engine)?.detail ?? null)
  return details.includes(null) ? null : details[0]!
}

/** Such jobs that all workers together render at a time. */
export function roomFor(job: Ability, workers: readonly WorkerStatus[]): number {
  return workers
    .filter((worker) => !worker.draining && meets(worker, job))
    .reduce((sum, { maxRunning }) => sum + maxRunning, 0)
}

function engineOf({ engines }: WorkerStatus, name: string): WorkerEngine | undefined {
  return engines.find((engine) => engine.name === name)
}

function meets(worker: WorkerStatus, { engine, need }: Ability): boolean {
  const having = engineOf(worker, engine)
  if (having === undefined) return false
  return having.needs === undefined || need === NO_NEED || having.needs[need] === null
}

/** The words of one worker: the others mostly lack the same. */
function whyNot({ engine, need }: Ability, workers: readonly WorkerStatus[]): string {
  for (const worker of workers) {
    const lacking = engineOf(worker, engine)?.needs?.[need]
    if (typeof lacking === 'string') return `${worker.name}: ${lacking}`
  }
  return ''
}
