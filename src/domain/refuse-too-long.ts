// A render that cannot end in the time it has is refused before it begins: it would hold the machine, and keep its caller waiting, for
// nothing. Only what is certain is refused: the least that was measured, or what no machine is known to come near.

import type { Size } from '@infinitetalk/arithmetic'
import { leastSecondsForSteps } from './call-time.ts'
import { AppError } from './errors.ts'
import { samplingUnits } from './estimate.ts'
import type { WindowedSampling } from './presets.ts'
import { leastSecondsPerUnit, type SizedSpeed } from './speed.ts'

export interface ForeseenRender {
  readonly frames: number
  readonly size: Size
  /** null for an engine that renders frame by frame. */
  readonly sampling: WindowedSampling | null
  /** The engine's measured speed, at any size. */
  readonly speeds: readonly SizedSpeed[]
}

/** @throws AppError `engine_unsupported` with the estimate */
export function refuseTooLong(render: ForeseenRender, limitMs: number): void {
  const { frames, size, sampling, speeds } = render
  const units = samplingUnits(frames, sampling)
  const measured = leastSecondsPerUnit(size, speeds)
  const seconds = measured === null ? unmeasured(units, render) : units * measured
  const limit = limitMs / 1000
  if (seconds === null || seconds <= limit) return
  const takes = `${measured === null ? 'at least' : 'about'} ${Math.ceil(seconds)} s`
  const detail =
    `This video takes ${takes} to render here, and a render is ended after ${Math.round(limit)} s. ` +
    'Ask for a shorter or smaller video, or have it rendered where there is more time: by a task queue, ' +
    'or with a larger INFINITETALK_LIMIT_JOB_TIMEOUT_MS.'
  throw new AppError('engine_unsupported', detail, { meta: { seconds, limit } })
}

/** The speed of an engine that renders frame by frame is not known beforehand. */
function unmeasured(units: number, { sampling, size }: ForeseenRender): number | null {
  return sampling === null ? null : leastSecondsForSteps(units, size)
}
