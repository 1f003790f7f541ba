// The API keys of a store, which all its hubs accept.
import type { ApiKey } from '../../domain/api-key.ts'
import type { KeyRules } from '../../domain/key-rules.ts'
import type { Transaction } from './unit-of-work.ts'

export interface KeyStore {
  /** Revoked keys too, by name. */
  list(tx: Transaction): Promise<readonly ApiKey[]>
  /** @returns false when the name is taken, also by a revoked key */
  insert(tx: Transaction, key: ApiKey): Promise<boolean>
  /** @returns false without a valid key of this name */
  replaceHash(tx: Transaction, name: string, hash: string): Promise<boolean>
  /** @returns false without a valid key of this name */
  setRules(tx: Transaction, name: string, rules: KeyRules): Promise<boolean>
  /** @returns false without a valid key of this name */
  revoke(tx: Transaction, name: string, atMs: number): Promise<boolean>
}
