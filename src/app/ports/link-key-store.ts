// The secret of signed links: one for all hubs of a store, so that each accepts the links of the others.
import type { Transaction } from './unit-of-work.ts'

export interface LinkKeyStore {
  /** Null before the first hub has created one. */
  read(tx: Transaction): Promise<string | null>
  /** Keeps an existing secret: of two hubs that start together the first one wins. */
  putFirst(tx: Transaction, secret: string): Promise<void>
  /** Replaces the secret. */
  replace(tx: Transaction, secret: string): Promise<void>
}
