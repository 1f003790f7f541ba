// The owner port: the processes that use this store. Each sends heartbeats while it lives; its temporary things (holds, work
// folders, staging files) bear its name.
import type { Transaction } from './unit-of-work.ts'

/** An owner in the store; `beat` grows with each heartbeat. */
export interface OwnerBeat {
  /** Names the owner. */
  readonly token: string
  readonly beat: number
}

export interface OwnerStore {
  /** Call it before creating anything in its name. Idempotent. */
  register(tx: Transaction, owner: string): Promise<void>
  /** @returns false when others declared it dead and removed it */
  beat(tx: Transaction, owner: string): Promise<boolean>
  all(tx: Transaction): Promise<readonly OwnerBeat[]>
  /** Removes the owner, unless a heartbeat came since. */
  forgetDead(tx: Transaction, owner: OwnerBeat): Promise<void>
  forget(tx: Transaction, owner: string): Promise<void>
  forgetOthers(tx: Transaction, owner: string): Promise<void>
}
