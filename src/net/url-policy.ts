// The policy for user-supplied URLs, read once from the configuration and shared by every check.
import { type AddressPolicy, createAddressPolicy } from './address-policy.ts'

export interface UrlPolicy {
  readonly addresses: AddressPolicy
  readonly ports: ReadonlySet<number>
  /** The public host name of this server: a job that fetches from its own server can wait for itself for ever. */
  readonly ownHost: string | null
}

export interface UrlPolicyOptions {
  /** Networks in CIDR form that are allowed although they are not public. Default: none. */
  readonly allowPrivateAddresses?: readonly string[]
  /** Ports beside 80 and 443. Default: none, so that no URL reaches SSH, SMTP, Redis or ComfyUI. */
  readonly extraPorts?: readonly number[]
  /** This server's own public URL. */
  readonly ownUrl?: string | null
}

const WEB_PORTS = [80, 443]

/** @throws AppError `config_invalid` for a network that is not in CIDR form */
export function createUrlPolicy(options: UrlPolicyOptions = {}): UrlPolicy {
  return {
    addresses: createAddressPolicy(options.allowPrivateAddresses),
    ports: new Set([...WEB_PORTS, ...(options.extraPorts ?? [])]),
    ownHost: options.ownUrl ? bareHost(new URL(options.ownUrl)) : null,
  }
}

/** The host without the brackets of IPv6 and the dot that ends a fully qualified name, as DNS and TLS compare it. */
export function bareHost(url: URL): string {
  return url.hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '')
}
