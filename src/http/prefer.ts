// The Prefer header (RFC 7240): how long the caller wants to wait for the end of its job. A preference is never an error: unknown
// ones are ignored, long ones are shortened, and Preference-Applied reports the result.
import { WAIT_MAX_S } from '@infinitetalk/contract'

export interface Preference {
  readonly waitMs: number
  /** Value of Preference-Applied; null without a preference. */
  readonly applied: string | null
}

export function parsePrefer(header: string | undefined): Preference {
  const preferences = (header ?? '').split(',').map((one) => one.split(';')[0]!.trim())
  // "If the preference is given more than once, the first counts."
  const wait = preferences.map((one) => /^wait\s*=\s*"?(\d+)"?$/i.exec(one)).find((match) => match)
  if (wait) {
    const seconds = Math.min(Number(wait[1]), WAIT_MAX_S)
    return { waitMs: seconds * 1000, applied: `wait=${seconds}` }
  }
  const async = preferences.some((one) => one.toLowerCase() === 'respond-async')
  return { waitMs: 0, applied: async ? 'respond-async' : null }
}
