// Turns the problems of a parsed query or body into an AppError.
import type { QueryResult } from '@infinitetalk/contract'
import { AppError } from '../domain/errors.ts'

/** @throws AppError with the code that all problems share, else `invalid_request` */
export function acceptRequest<Query>(result: QueryResult<Query>): Query {
  if (result.ok) return result.query
  const { problems } = result
  const codes = new Set(problems.map(({ code }) => code))
  const code = codes.size === 1 ? problems[0]!.code : 'invalid_request'
  throw new AppError(code, problems.map(({ message }) => message).join(' '), {
    meta: { errors: problems },
  })
}
