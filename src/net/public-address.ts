// Decides whether an IP address is a public destination. The threat: a URL that a user gave makes this server talk to
// something only it can reach (loopback, the local network, a cloud's metadata service), and an IPv4 address can hide inside
// many IPv6 forms. So only what is known to be public passes: IPv4 outside the IANA special-purpose registry (RFC 6890 and
// successors), IPv6 inside 2000::/3 outside it, and of the forms that embed IPv4 only those where the packet provably goes to
// the embedded address. Every other address is rejected.
import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

type Address = ipaddr.IPv4 | ipaddr.IPv6
type Range = readonly [network: Address, prefixBits: number, name: string]

const range = (cidr: string, name: string): Range => [...ipaddr.parseCIDR(cidr), name]

/** Ranges that are no destination for a user's URL although ipaddr.js calls them unicast or sorts them with others. */
const EXTRA_IPV4: readonly Range[] = [range('168.63.129.16/32', 'the Azure platform service')]

/** Global unicast is allocated from here alone (RFC 4291, IANA registry): all else is special, local or unassigned. */
const GLOBAL_UNICAST_IPV6 = range('2000::/3', 'global unicast')

/** The NAT64 prefix whose translators must refuse non-public IPv4 (RFC 6052, 3.1); hosts behind DNS64 see it on every name. */
const NAT64_WELL_KNOWN = range('64:ff9b::/96', 'NAT64')

const RANGE_NAMES: Readonly<Record<string, string>> = {
  unspecified: 'unspecified',
  broadcast: 'broadcast',
  multicast: 'multicast',
  linkLocal: 'link-local',
  loopback: 'loopback',
  carrierGradeNat: 'carrier-grade NAT',
  private: 'private network',
  uniqueLocal: 'private network',
  deprecatedSiteLocal: 'site-local',
  rfc6145: 'IPv4-translated',
  rfc6052: 'NAT64',
  '6to4': '6to4',
  teredo: 'Teredo',
}

/**
 * Why `text` is not a public address, in a word or two ("loopback"), or null when it is public.
 * Anything but a plain IPv4 or IPv6 address, zone ids included, is never public.
 */
export function nonPublicReason(text: string): string | null {
  if (!isPlainAddress(text)) return 'not an IP address'
  const address = parseAddress(text)
  return address.kind() === 'ipv4'
    ? nonPublicIPv4Reason(address as ipaddr.IPv4)
    : nonPublicIPv6Reason(address as ipaddr.IPv6)
}

/** IPv4 in four decimals or IPv6 without a zone: the only forms whose meaning every program agrees on. */
export function isPlainAddress(text: string): boolean {
  return isIP(text) !== 0 && !text.includes('%')
}

/** Parses a plain address and unwraps IPv4-mapped IPv6 (::ffff:a.b.c.d), for which the kernel speaks plain IPv4. */
export function parseAddress(text: string): Address {
  return ipaddr.process(text)
}

function nonPublicIPv4Reason(address: ipaddr.IPv4): string | null {
  const extra = EXTRA_IPV4.find(([network, bits]) => address.match(network as ipaddr.IPv4, bits))
  if (extra !== undefined) return extra[2]
  const kind = address.range()
  return kind === 'unicast' ? null : (RANGE_NAMES[kind] ?? 'reserved')
}

function nonPublicIPv6Reason(address: ipaddr.IPv6): string | null {
  if (inRange(address, NAT64_WELL_KNOWN)) return nonPublicIPv4Reason(embeddedIPv4(address))
  const kind = address.range()
  if (kind !== 'unicast') return RANGE_NAMES[kind] ?? 'reserved'
  if (isIsatap(address)) return 'ISATAP'
  return inRange(address, GLOBAL_UNICAST_IPV6) ? null : 'reserved'
}

function inRange(address: ipaddr.IPv6, [network, bits]: Range): boolean {
  return address.match(network as ipaddr.IPv6, bits)
}

function embeddedIPv4(address: ipaddr.IPv6): ipaddr.IPv4 {
  return new ipaddr.IPv4(address.toByteArray().slice(-4))
}

/** An ISATAP interface id is 00-00-5E-FE or 02-00-5E-FE and then the IPv4 address of the tunnel's end (RFC 5214, 6.1). */
function isIsatap(address: ipaddr.IPv6): boolean {
  const [, , , , high, low] = address.parts
  return (high === 0x0000 || high === 0x0200) && low === 0x5efe
}
