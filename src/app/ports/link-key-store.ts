// The secret with which links are signed: one for all hubs of a store, so that a link of one opens at the other.
import type { Transaction } from './unit-of-work.ts'

export interface LinkKeyStore {
  /** null before the first hub has made one. */
  read(tx: Transaction): Promise<string | null>
  /** Keeps the one that is there: of two hubs that start together one is first. */
  putFirst(tx: Transaction, secret: string): Promise<void>
  /** Takes the place of the one that is there. */
  replace(tx: Transaction, secret: string): Promise<void>
}
