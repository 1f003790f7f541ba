// How much of what is heard a face shows.
import type { Expressiveness } from '@infinitetalk/contract'

export interface Expression {
  /** Times the opening and the width of the mouth. */
  readonly mouth: number
  /** Times the turns and shifts of the head. */
  readonly head: number
}

export const EXPRESSIONS: Readonly<Record<Expressiveness, Expression>> = {
  calm: { mouth: 0.7, head: 0.5 },
  natural: { mouth: 1, head: 1 },
  lively: { mouth: 1.25, head: 1.4 },
}
