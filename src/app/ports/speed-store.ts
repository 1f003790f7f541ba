// The speed port: the measured speed of each engine at each size on this hub.

import type { Size } from '@infinitetalk/arithmetic'
import type { MeasuredSpeed } from '../../domain/estimate.ts'
import type { RenderTimes } from '../../domain/forecast.ts'
import type { Transaction } from './unit-of-work.ts'

export interface SpeedKey extends Size {
  readonly engine: string
}

export interface LearntSpeed extends MeasuredSpeed {
  /** Number of measured renders. */
  readonly samples: number
  /** The newest renders, each whole. */
  readonly recent: readonly RenderTimes[]
}

export interface SpeedStore {
  /** All sizes of an engine. */
  ofEngine(
    tx: Transaction,
    engine: string,
  ): Promise<readonly { readonly key: SpeedKey; readonly speed: LearntSpeed }[]>
  put(tx: Transaction, key: SpeedKey, speed: LearntSpeed): Promise<void>
}
