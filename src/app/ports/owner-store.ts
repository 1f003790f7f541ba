// The owner port: which processes use this store now. Each beats as long as it lives; what a process has only for a while
// (holds, work folders, staging files) is named after it.
import type { Transaction } from './unit-of-work.ts'

/** An owner as it stands in the store; `beat` grows with each heartbeat. */
export interface OwnerBeat {
  /** Names the owner. */
  readonly token: string
  readonly beat: number
}

export interface OwnerStore {
  /** Before it makes anything in its name. Twice is once. */
  register(tx: Transaction, owner: string): Promise<void>
  /** @returns false when it was taken for dead, and forgotten */
  beat(tx: Transaction, owner: string): Promise<boolean>
  all(tx: Transaction): Promise<readonly OwnerBeat[]>
  /** Only if it has not beaten since. */
  forgetDead(tx: Transaction, owner: OwnerBeat): Promise<void>
  forget(tx: Transaction, owner: string): Promise<void>
  forgetOthers(tx: Transaction, owner: string): Promise<void>
}
