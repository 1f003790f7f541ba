// Turns the failure of a service into the words of its direct user: to a hub the service is one engine of several, on the command
// line it is the server itself, with a server's exit codes.
import { AppError } from '../../domain/errors.ts'
import { isOutOfSight } from './follow-task.ts'

export function toRemoteError(error: AppError): AppError {
  const { code, detail, meta } = error
  const options = { cause: error, meta }
  if (code === 'engine_unreachable' || isOutOfSight(error)) {
    return new AppError('server_unreachable', detail, options)
  }
  if (meta.forgotten === true) return new AppError('job_not_found', detail, options)
  const isRefused = meta.status === 401 || meta.status === 403
  if (code === 'engine_unavailable' && isRefused) {
    return new AppError('unauthenticated', detail, options)
  }
  return error
}
