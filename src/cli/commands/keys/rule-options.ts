// The options that say what an API key may do, for the commands that make and change one.
import { PRIORITIES } from '@infinitetalk/contract/plain'
import { AppError } from '../../../domain/errors.ts'
import { type KeyRules, MAX_WEIGHT, SCOPES, type Scope } from '../../../domain/key-rules.ts'
import type { OptionDefinitions, OptionKind, OptionsOf } from '../../command.ts'
import { choice } from '../../option-kinds.ts'

const LIMIT: OptionKind<number | null> = {
  needs: 'a whole number from 1, or "none"',
  read: (text) => (text === 'none' ? null : wholeFromOne(text, 1e9)),
}

const WEIGHT: OptionKind<number> = {
  needs: `a whole number from 1 to ${MAX_WEIGHT}`,
  read: (text) => wholeFromOne(text, MAX_WEIGHT),
}

export const RULE_OPTIONS = {
  scopes: {
    value: 'LIST',
    list: true,
    help: 'read (GET and HEAD), write (everything else), or both with a comma. Default: both.',
  },
  maxPriority: {
    value: 'PRIORITY',
    kind: choice(PRIORITIES),
    help: 'Highest priority of its jobs: low, normal or high. Default: normal, for an admin key high.',
  },
  maxRunning: { value: 'N', kind: LIMIT, help: 'Jobs rendered at a time. Default: none.' },
  requestsPerMinute: { value: 'N', kind: LIMIT, help: 'Requests a minute. Default: none.' },
  videoPerDay: {
    value: 'SECONDS',
    kind: LIMIT,
    help: 'Seconds of video a day (UTC). Default: none.',
  },
  weight: {
    value: 'N',
    kind: WEIGHT,
    help: 'Share of the renders while several keys wait: weight 2 gets twice the seconds of video of weight 1. Default: 1.',
  },
} satisfies OptionDefinitions

/** The given rules only. @throws AppError `usage` */
export function givenRules(options: OptionsOf<typeof RULE_OPTIONS>): Partial<KeyRules> {
  const { maxPriority, maxRunning, requestsPerMinute, videoPerDay, weight } = options
  return {
    ...(options.scopes.length === 0 ? {} : { scopes: options.scopes.map(readScope) }),
    ...(maxPriority === undefined ? {} : { maxPriority }),
    ...(maxRunning === undefined ? {} : { maxRunning }),
    ...(requestsPerMinute === undefined ? {} : { requestsPerMinute }),
    ...(videoPerDay === undefined ? {} : { videoSecondsPerDay: videoPerDay }),
    ...(weight === undefined ? {} : { weight }),
  }
}

/** As programs read them. */
export function ruleFacts(rules: KeyRules) {
  return {
    scopes: rules.scopes,
    max_priority: rules.maxPriority,
    max_running: rules.maxRunning,
    requests_per_minute: rules.requestsPerMinute,
    video_seconds_per_day: rules.videoSecondsPerDay,
    weight: rules.weight,
  }
}

/** Without what is not limited. */
export function sayRules(rules: KeyRules): string {
  const { scopes, maxPriority, maxRunning, requestsPerMinute, videoSecondsPerDay, weight } = rules
  const parts = [
    scopes.length === SCOPES.length ? null : `${scopes.join(' and ')} only`,
    `priority up to ${maxPriority}`,
    maxRunning === null ? null : `${maxRunning} running`,
    requestsPerMinute === null ? null : `${requestsPerMinute} requests a minute`,
    videoSecondsPerDay === null ? null : `${videoSecondsPerDay} s of video a day`,
    `weight ${weight}`,
  ]
  return parts.filter((part) => part !== null).join(', ')
}

function readScope(text: string): Scope {
  const scope = SCOPES.find((known) => known === text)
  if (scope !== undefined) return scope
  throw new AppError('usage', `--scopes needs ${SCOPES.join(' or ')}, not "${text}".`)
}

function wholeFromOne(text: string, most: number): number | undefined {
  const number = /^\d{1,10}$/.test(text) ? Number(text) : 0
  return number >= 1 && number <= most ? number : undefined
}
