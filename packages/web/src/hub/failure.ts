// A failure in the words of the hub, if it sent any. The page shows it where it happened, with the code to look it up.
import { InfiniteTalkError } from '@infinitetalk/client'
import type { JobErrorResource } from '@infinitetalk/contract'

export interface Failure {
  /** One sentence. */
  readonly message: string
  /** The remedy; null when unknown. */
  readonly hint: string | null
  readonly code: string | null
  /** JSON Pointer of the faulty member of the request, e.g. `/audio`. */
  readonly pointer: string | null
  readonly requestId: string | null
}

const AWAY: Failure = {
  ...failure('The hub does not answer.', null),
  hint: 'Check that it is running. The page retries by itself where it can.',
}

export function failureOf(thrown: unknown): Failure {
  // fetch() throws it when nothing answers: each browser has other words for it.
  if (thrown instanceof TypeError) return { ...AWAY, code: 'server_unreachable' }
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
    }
  }
  if (code === 'server_unreachable' || code === 'timeout') {
    return { ...AWAY, code }
  }
  return { ...failure(thrown.message, code), requestId }
}

export function failureOfJob({ code, message, hint, pointer }: JobErrorResource): Failure {
  return { message, hint, code, pointer: pointer ?? null, requestId: null }
}

export function failure(message: string, code: string | null): Failure {
  return { message, hint: null, code, pointer: null, requestId: null }
}
