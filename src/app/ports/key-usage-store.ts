// How much each API key used of the present minute or day. All hubs of a store count together.
import type { Transaction } from './unit-of-work.ts'

export type UsageKind = 'requests' | 'video'

export interface Usage {
  readonly key: string
  readonly kind: UsageKind
  /** Start of the minute or day. The use of an earlier one is forgotten. */
  readonly startsAtMs: number
}

export interface KeyUsageStore {
  /** Adds to the use; a negative amount takes back, at most all. @returns the use after it */
  add(tx: Transaction, usage: Usage, amount: number): Promise<number>
  used(tx: Transaction, usage: Usage): Promise<number>
}
