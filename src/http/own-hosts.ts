// The hosts that lead to this hub. A Host header is written by whoever sends the request: a link that is signed, or an answer
// to a page, must never repeat a name that is not the hub's own.
import { hostname, networkInterfaces } from 'node:os'

export interface OwnHostOptions {
  /** The address the server listens on. */
  readonly host: string
  readonly publicUrl: string | null
}

/** Names and addresses that mean this machine, as a URL spells them. */
export function isLoopbackHost(host: string): boolean {
  return (
    host === 'localhost' || host === '[::1]' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)
  )
}

/** The name in the public URL, or one of this machine: loopback, its own name, an address of one of its interfaces. */
export function isOwnHost(name: string, { host, publicUrl }: OwnHostOptions): boolean {
  if (isLoopbackHost(name) || name === host.toLowerCase()) return true
  if (publicUrl !== null && name === hostNameOf(publicUrl)) return true
  return name === hostname().toLowerCase() || ownAddresses().includes(name)
}

/** The host name of a URL in lower case, without its port; null when it is no URL. */
export function hostNameOf(url: string): string | null {
  return URL.canParse(url) ? new URL(url).hostname.toLowerCase() : null
}

/** An address and a port as a URL spells them. */
export function addressInUrl(address: string, port: number): string {
  // An IPv4 caller of an IPv6 socket.
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '')
  return plain.includes(':') ? `[${plain}]:${port}` : `${plain}:${port}`
}

function ownAddresses(): readonly string[] {
  return Object.values(networkInterfaces())
    .flatMap((addresses = []) => addresses)
    .map(({ address }) => (address.includes(':') ? `[${address.toLowerCase()}]` : address))
}
