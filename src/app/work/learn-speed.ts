// Records the speed of each finished render by engine and size. Estimates and queue times are computed from it.

import { samplingUnits } from '../../domain/estimate.ts'
import { addRecent } from '../../domain/forecast.ts'
import type { Job } from '../../domain/job.ts'
import { addSample } from '../../domain/speed.ts'
import type { HubPorts } from '../hub-ports.ts'
import type { Transaction } from '../ports/unit-of-work.ts'

export async function learnSpeed(
  tx: Transaction,
  job: Job,
  backend: string | null,
  { speeds, engines }: Pick<HubPorts, 'speeds' | 'engines'>,
): Promise<void> {
  const { output, stageMs, input, attempt } = job
  const samplingMs = stageMs.sampling ?? 0
  // A render without sampling (a cached video) has no speed.
  if (output === null || samplingMs <= 0) return
  const { width, height, frames } = output.video
  const sampling = engines.get(job.engine)?.samplingOf(input) ?? null
  // A custom workflow has a speed of its own, and a later attempt may have seen only the end of a render.
  if (sampling !== null && (input.workflow !== null || attempt > 1)) return
  const allMs = Object.values(stageMs).reduce((sum, ms) => sum + ms, 0)
  const key = { engine: job.engine, width, height }
  const known = (await speeds.ofEngine(tx, job.engine)).find(
    ({ key: other }) => other.width === width && other.height === height,
  )
  const units = samplingUnits(frames, sampling)
  const samplingSeconds = samplingMs / 1000
  const otherSeconds = (allMs - samplingMs) / 1000
  const afterSeconds = ((stageMs.decoding ?? 0) + (stageMs.saving ?? 0)) / 1000
  const beforeSeconds = otherSeconds - afterSeconds
  const times = { backend, units, beforeSeconds, samplingSeconds, afterSeconds }
  await speeds.put(tx, key, {
    ...addSample(known?.speed ?? null, { units, samplingSeconds, otherSeconds }),
    recent: addRecent(known?.speed.recent ?? [], times),
  })
}
