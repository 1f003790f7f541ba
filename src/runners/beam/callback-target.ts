// Where the end of a task may be told. Who deployed us names one place for all; a caller may name another one only on hosts that
// the configuration lists, or any caller could have this container post to any place.
import { AppError } from '../../domain/errors.ts'

/** null for nowhere. @throws AppError `url_forbidden_address`, `url_invalid` */
export function callbackTarget(
  asked: string | null,
  deployed: string | null,
  allowedHosts: readonly string[],
): string | null {
  if (asked === null) return deployed
  const url = URL.parse(asked)
  const pointer = { pointer: '/callback_url' }
  if (url === null) throw new AppError('url_invalid', 'callback_url is no URL.', pointer)
  if (allowedHosts.some((host) => host.toLowerCase() === url.hostname)) return asked
  const detail = `Tasks may not be told to "${url.hostname}": BEAM_CALLBACK_HOSTS does not list it.`
  throw new AppError('url_forbidden_address', detail, pointer)
}
