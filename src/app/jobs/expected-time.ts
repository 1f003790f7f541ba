// Predicts the render time of a job from this hub's measurements of its engine at its size.

import type { Size } from '@infinitetalk/arithmetic'
import { type Estimate, estimateRender, type MeasuredSpeed } from '../../domain/estimate.ts'
import type { SizedTimes } from '../../domain/forecast.ts'
import type { Job, JobInput } from '../../domain/job.ts'
import { type SizedSpeed, speedAt } from '../../domain/speed.ts'
import type { HubPorts } from '../hub-ports.ts'
import type { Engine } from '../ports/engine.ts'
import type { Transaction } from '../ports/unit-of-work.ts'

export interface EstimateSubject {
  readonly engine: Engine
  readonly input: JobInput
  readonly expected: NonNullable<Job['expected']>
}

export async function estimateFor(
  tx: Transaction,
  { engine, input, expected }: EstimateSubject,
  { speeds }: Pick<HubPorts, 'speeds'>,
): Promise<Estimate> {
  return estimateRender({
    frames: expected.frames,
    sampling: engine.samplingOf(input),
    speed: await learntSpeed(tx, engine.name, expected, { speeds }),
  })
}

/** Null before the first measurement. */
export async function learntSpeed(
  tx: Transaction,
  engine: string,
  size: Size,
  { speeds }: Pick<HubPorts, 'speeds'>,
): Promise<MeasuredSpeed | null> {
  return speedAt(size, await measuredSpeeds(tx, engine, { speeds }))
}

export async function measuredSpeeds(
  tx: Transaction,
  engine: string,
  { speeds }: Pick<HubPorts, 'speeds'>,
): Promise<readonly SizedSpeed[]> {
  const measured = await speeds.ofEngine(tx, engine)
  return measured.map(({ key: { width, height }, speed: { secondsPerUnit, setupSeconds } }) => ({
    size: { width, height },
    speed: { secondsPerUnit, setupSeconds },
  }))
}

/** The newest renders at each size, each whole. */
export async function recentTimes(
  tx: Transaction,
  engine: string,
  { speeds }: Pick<HubPorts, 'speeds'>,
): Promise<readonly SizedTimes[]> {
  const measured = await speeds.ofEngine(tx, engine)
  return measured.map(({ key: { width, height }, speed: { recent } }) => ({
    size: { width, height },
    recent,
  }))
}

/** Null before the first measurement, or when the size of the video is unknown. */
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
