// A failure in the words of the hub, if it sent any. The page shows it where it happened, with the code to look it up.

import { InfiniteTalkError } from '@infinitetalk/client'
import type { JobErrorResource } from '@infinitetalk/contract'
import { say } from '../language/say.ts'

export interface Failure {
  /** One sentence. */
  readonly message: string
  /** The remedy; null when unknown. */
  readonly hint: string | null
  readonly code: string | null
  /** JSON Pointer of the faulty member of the request, e.g. `/audio`. */
  readonly pointer: string | null
  readonly requestId: string | null
  /** The words are the hub's, which speaks English. */
  readonly isEnglish?: boolean
}

function away(code: string): Failure {
  return {
    ...failure(say('The hub does not answer.'), code),
    hint: say('Check that it is running. The page retries by itself where it can.'),
  }
}

export function failureOf(thrown: unknown): Failure {
  // fetch() throws it when nothing answers: each browser has other words for it.
  if (thrown instanceof TypeError) return away('server_unreachable')
  if (!(thrown instanceof InfiniteTalkError)) {
    return failure(thrown instanceof Error ? thrown.message : String(thrown), 'page_error')
  }
  const { problem, code, requestId } = thrown
  if (problem !== null) {
    const { detail, hint, pointer = null, errors = [] } = problem
    const places = errors.map(({ message }) => message)
    return {
      message: places.length > 1 ? places.join(' ') : detail,
      hint,
      code,
      pointer: pointer ?? errors[0]?.pointer ?? null,
      requestId,
      isEnglish: true,
    }
  }
  if (code === 'server_unreachable' || code === 'timeout') {
    return away(code)
  }
  return { ...failure(thrown.message, code), requestId, isEnglish: true }
}

export function failureOfJob({ code, message, hint, pointer }: JobErrorResource): Failure {
  return { message, hint, code, pointer: pointer ?? null, requestId: null, isEnglish: true }
}

export function failure(message: string, code: string | null): Failure {
  return { message, hint: null, code, pointer: null, requestId: null }
}
