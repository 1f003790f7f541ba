// Resolves host names. A parameter of its callers, so that tests can answer as a hostile name server would.
import { lookup } from 'node:dns/promises'
import { AppError } from '../domain/errors.ts'

/** All addresses of a host name, in the order in which to try them. */
export type ResolveHost = (hostname: string) => Promise<readonly string[]>

/**
 * Asks the operating system, as browsers do (hosts file included). IPv4 first: machines with a broken IPv6 are far more
 * common than places that answer on IPv6 only.
 *
 * @throws AppError `url_unresolvable`
 */
export const resolveWithSystem: ResolveHost = async (hostname) => {
  try {
    const answers = await lookup(hostname, { all: true, order: 'ipv4first' })
    return answers.map(({ address }) => address)
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown error'
    throw new AppError('url_unresolvable', `The host "${hostname}" has no address (${code}).`, {
      cause,
      meta: { host: hostname },
    })
  }
}
