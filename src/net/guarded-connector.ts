// Opens the socket of one request, and only to an address that has just been checked. The name is resolved once; one
// forbidden answer among several refuses the name; the connection goes to the checked address itself. So there is no second
// lookup that a rebinding name server could answer otherwise, and an address literal in the URL meets the same check.
import { connect as connectTcp, isIP, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { buildConnector } from 'undici'
import { AppError } from '../domain/errors.ts'
import { forbiddenAddress } from './check-url.ts'
import type { ResolveHost } from './resolve-host.ts'
import type { UrlPolicy } from './url-policy.ts'

/** One address that never answers must leave time for the next; a public server answers within a fraction of this. */
const CONNECT_TIMEOUT_MS = 10_000

export interface NetworkGuard {
  readonly policy: UrlPolicy
  readonly resolve: ResolveHost
}

/** The connector undici calls instead of its own. An abort of `signal` closes a socket that is still being opened. */
export function guardedConnector(
  guard: NetworkGuard,
  signal: AbortSignal,
): buildConnector.connector {
  return (target, callback) => {
    openSocket(target, guard, signal).then(
      (socket) => callback(null, socket),
      (error: Error) => callback(error, null),
    )
  }
}

async function openSocket(
  target: buildConnector.Options,
  guard: NetworkGuard,
  signal: AbortSignal,
): Promise<Socket> {
  const addresses = await checkedAddresses(target.hostname, guard)
  let failure: unknown
  for (const address of addresses) {
    signal.throwIfAborted()
    try {
      return await dial(address, target, signal)
    } catch (error) {
      failure = error
    }
  }
  throw failure
}

async function checkedAddresses(
  hostname: string,
  { policy, resolve }: NetworkGuard,
): Promise<readonly string[]> {
  const addresses = isIP(hostname) === 0 ? await resolve(hostname) : [hostname]
  if (addresses.length === 0) {
    throw new AppError('url_unresolvable', `The host "${hostname}" has no address.`)
  }
  for (const address of addresses) {
    const reason = policy.addresses.refusal(address)
    if (reason !== null) throw forbiddenAddress(hostname, reason)
  }
  return addresses
}

/** Connects to one address. TLS still asks for, and verifies, the name that was in the URL. */
function dial(
  address: string,
  target: buildConnector.Options,
  signal: AbortSignal,
): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>()
  const isTls = target.protocol === 'https:'
  const port = Number(target.port) || (isTls ? 443 : 80)
  const socket = isTls
    ? connectTls({
        host: address,
        port,
        ...serverName(target.hostname),
        ALPNProtocols: ['http/1.1'],
      })
    : connectTcp({ host: address, port })

  const abort = (): void => {
    socket.destroy(signal.reason)
  }
  const unreachable = new AppError('url_unreachable', `"${target.hostname}" did not answer.`)
  const expire = (): void => {
    socket.destroy(unreachable)
  }
  signal.addEventListener('abort', abort, { once: true })
  socket.setNoDelay(true)
  socket.setTimeout(CONNECT_TIMEOUT_MS, expire)
  // Never removed: an error before undici listens would end the process.
  socket.on('error', reject)
  socket.once('close', () => reject(unreachable))
  socket.once(isTls ? 'secureConnect' : 'connect', () => {
    signal.removeEventListener('abort', abort)
    socket.setTimeout(0)
    socket.off('timeout', expire)
    resolve(socket)
  })
  promise.catch(() => signal.removeEventListener('abort', abort))
  return promise
}

/** SNI carries names only (RFC 6066, 3): never an address, never the dot at the end. */
function serverName(hostname: string): { servername?: string } {
  return isIP(hostname) === 0 ? { servername: hostname.replace(/\.$/, '') } : {}
}
