// The host names of this hub. Callers choose the Host header freely, so signed links and answers to pages must never repeat a
// foreign name.
import { hostname, networkInterfaces } from 'node:os'

export interface OwnHostOptions {
  /** Address on which the server listens. */
  readonly host: string
  readonly publicUrl: string | null
}

/** Names and addresses of this machine, as in a URL. */
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

/** An address and a port as in a URL. */
export function addressInUrl(address: string, port: number): string {
  // The address of an IPv4 caller on an IPv6 socket.
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '')
  return plain.includes(':') ? `[${plain}]:${port}` : `${plain}:${port}`
}

function ownAddresses(): readonly string[] {
  return Object.values(networkInterfaces())
    .flatMap((addresses = []) => addresses)
    .map(({ address }) => (address.includes(':') ? `[${address.toLowerCase()}]` : address))
}
