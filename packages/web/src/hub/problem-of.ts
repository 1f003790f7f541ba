// The problem of an answer for which the client has no method.
import { InfiniteTalkError } from '@infinitetalk/client'
import type { Problem } from '@infinitetalk/contract'

export async function problemOf(response: Response): Promise<InfiniteTalkError> {
  const { status } = response
  const problem = (await response.json().catch(() => null)) as Problem | null
  if (problem === null) return new InfiniteTalkError(`The hub answered ${status}.`, { status })
  const { code, detail } = problem
  return new InfiniteTalkError(detail, { status, code, problem, retryable: status >= 500 })
}
