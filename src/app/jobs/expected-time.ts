// The seconds a job will render, from what this hub has measured of its engine at its size.
import { type Estimate, estimateRender } from '../../domain/estimate.ts'
import type { Job, JobInput } from '../../domain/job.ts'
import { speedAt } from '../../domain/speed.ts'
import type { Windowing } from '../../domain/windows.ts'
import type { HubEngine, HubPorts } from '../hub-ports.ts'
import type { Transaction } from '../ports/unit-of-work.ts'

export interface EstimateSubject {
  readonly engine: HubEngine
  readonly input: JobInput
  readonly expected: NonNullable<Job['expected']>
}

export async function estimateFor(
  tx: Transaction,
  { engine, input, expected }: EstimateSubject,
  { speeds }: Pick<HubPorts, 'speeds'>,
): Promise<Estimate> {
  const measured = await speeds.ofEngine(tx, engine.name)
  const speed = speedAt(
    expected,
    measured.map(({ key, speed }) => ({ size: key, speed })),
  )
  return estimateRender({
    frames: expected.frames,
    windowing: windowingOf(engine, input),
    equalise: input.equaliseWindows,
    speed,
  })
}

function windowingOf({ windowing }: HubEngine, input: JobInput): Windowing | null {
  if (windowing === null) return null
  return {
    windowFrames: input.windowFrames ?? windowing.windowFrames,
    motionFrames: input.motionFrames ?? windowing.motionFrames,
  }
}

/** null when nothing was measured yet, or what it will be is not known. */
export async function expectedSeconds(
  tx: Transaction,
  job: Pick<Job, 'engine' | 'input' | 'expected'>,
  ports: Pick<HubPorts, 'speeds' | 'engines'>,
): Promise<number | null> {
  const engine = ports.engines.get(job.engine)
  if (engine === undefined || job.expected === null) return null
  const { input, expected } = job
  return (await estimateFor(tx, { engine, input, expected }, ports)).seconds
}
