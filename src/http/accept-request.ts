// What the contract found in a query, as the error every other refusal is.
import type { QueryResult } from '@infinitetalk/contract'
import { AppError } from '../domain/errors.ts'

/** @throws AppError with the one code of all problems, or `invalid_request` */
export function acceptRequest<Query>(result: QueryResult<Query>): Query {
  if (result.ok) return result.query
  const { problems } = result
  const codes = new Set(problems.map(({ code }) => code))
  const code = codes.size === 1 ? problems[0]!.code : 'invalid_request'
  throw new AppError(code, problems.map(({ message }) => message).join(' '), {
    meta: { errors: problems },
  })
}
