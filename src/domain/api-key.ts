// An API key that the store keeps. Its secret is shown once, when the key is made; the store has its hash.
import type { KeyRules } from './key-rules.ts'

export interface ApiKey {
  /** Owns the jobs and files of the key. It is never given to another key. */
  readonly name: string
  /** SHA-256 of the secret, in hex. */
  readonly hash: string
  /** Sees and changes the jobs and files of all keys. */
  readonly isAdmin: boolean
  readonly rules: KeyRules
  readonly createdAtMs: number
  /** Null while the key is valid. */
  readonly revokedAtMs: number | null
}
