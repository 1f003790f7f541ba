// Rejects a render that cannot finish in its time before it starts: it would occupy the machine and its caller for nothing. It rejects
// only certain cases: by the shortest measured time, or by a time below that of every known machine.

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
    `This video takes ${takes} to render here, and renders are stopped after ${Math.round(limit)} s. ` +
    'Request a shorter or smaller video, use a task queue, which allows more time, ' +
    'or raise INFINITETALK_LIMIT_JOB_TIMEOUT_MS.'
  throw new AppError('engine_unsupported', detail, { meta: { seconds, limit } })
}

/** The speed of an engine that renders frame by frame is not known in advance. */
function unmeasured(units: number, { sampling, size }: ForeseenRender): number | null {
  return sampling === null ? null : leastSecondsForSteps(units, size)
}
