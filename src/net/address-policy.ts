// Decides which IP addresses may be connected to: the public ones, and the networks the operator named (a home user's NAS,
// a test server). One decision, asked for literals and for every address a name resolves to.
import ipaddr from 'ipaddr.js'
import { AppError } from '../domain/errors.ts'
import { isPlainAddress, nonPublicReason, parseAddress } from './public-address.ts'

export interface AddressPolicy {
  /** Why the address may not be connected to ("loopback"), or null when it may. */
  refusal(address: string): string | null
}

/**
 * @param allowedCidrs networks that are allowed although they are not public, e.g. `192.168.1.0/24`
 * @throws AppError `config_invalid` when one of them is not a network in CIDR form
 */
export function createAddressPolicy(allowedCidrs: readonly string[] = []): AddressPolicy {
  const allowed = allowedCidrs.map(parseNetwork)
  return {
    refusal(text) {
      const reason = nonPublicReason(text)
      if (reason === null || !isPlainAddress(text)) return reason
      const address = parseAddress(text)
      const isAllowed = allowed.some(
        ([network, bits]) => network.kind() === address.kind() && address.match(network, bits),
      )
      return isAllowed ? null : reason
    },
  }
}

function parseNetwork(cidr: string): [ipaddr.IPv4 | ipaddr.IPv6, number] {
  try {
    return ipaddr.parseCIDR(cidr)
  } catch (cause) {
    throw new AppError('config_invalid', `"${cidr}" is not a network such as 192.168.1.0/24.`, {
      cause,
    })
  }
}
