// The rules of an API key, what it may do and how much: set by the operator, kept beside the key, read by every check.
import { PRIORITIES, type Priority } from '@infinitetalk/contract/plain'

/** `read`: GET and HEAD. `write`: everything else. Both concern what the key sees: its own, or everything for an admin key. */
export const SCOPES = ['read', 'write'] as const
export type Scope = (typeof SCOPES)[number]

/** null: without limit. */
export interface KeyRules {
  readonly scopes: readonly Scope[]
  readonly maxPriority: Priority
  /** Jobs rendered at a time by all hubs of the store. */
  readonly maxRunning: number | null
  readonly requestsPerMinute: number | null
  /** Seconds of video a day, which begins at midnight UTC. */
  readonly videoSecondsPerDay: number | null
  /** Share of the renders while several keys have waiting jobs: twice the weight, twice the seconds of video. */
  readonly weight: number
}

export const MAX_WEIGHT = 1000

/** For the keys of the configuration, and for a hub without keys. */
export const NO_RULES: KeyRules = {
  scopes: SCOPES,
  maxPriority: 'high',
  maxRunning: null,
  requestsPerMinute: null,
  videoSecondsPerDay: null,
  weight: 1,
}

export function lowerPriority(a: Priority, b: Priority): Priority {
  return PRIORITIES.indexOf(a) <= PRIORITIES.indexOf(b) ? a : b
}
