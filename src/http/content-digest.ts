// Content-Digest and Repr-Digest (RFC 9530): dictionaries of byte sequences, `sha-256=:BASE64:`. Other algorithms are ignored,
// as the standard asks. A malformed SHA-256 is an error, because the caller relies on the check.
import { AppError } from '../domain/errors.ts'

const SHA256_BYTES = 32

export function formatDigest(sha256: string): string {
  return `sha-256=:${Buffer.from(sha256, 'hex').toString('base64')}:`
}

/** The hash as lower-case hex, or null when none was sent. @throws AppError `invalid_request` */
export function parseDigest(header: string | undefined): string | null {
  for (const member of (header ?? '').split(',')) {
    const [, algorithm, value = ''] = /^\s*([^=\s]+)\s*=\s*(.*?)\s*$/.exec(member) ?? []
    if (algorithm?.toLowerCase() !== 'sha-256') continue
    const [, base64] = /^:([A-Za-z0-9+/]{43}=):$/.exec(value) ?? []
    const digest = Buffer.from(base64 ?? '', 'base64')
    if (digest.length === SHA256_BYTES) return digest.toString('hex')
    throw new AppError(
      'invalid_request',
      'The header Content-Digest must be sha-256=:BASE64: with the 32 bytes of a SHA-256.',
    )
  }
  return null
}
