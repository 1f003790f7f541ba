// Signed links replace an API key where none can be sent, as in the src of a <video>. A link permits reading one path until one
// time.
import { createHmac, timingSafeEqual } from 'node:crypto'
import type { WallClock } from '../app/ports/clock.ts'
import { AppError } from '../domain/errors.ts'

export interface LinkQuery {
  readonly expires?: string | undefined
  readonly signature?: string | undefined
}

export interface LinkSigner {
  /** The signing query for `path`, without a question mark. */
  sign(path: string, nowMs: number): string
  /** @throws AppError `link_invalid` */
  verify(path: string, query: LinkQuery, nowMs: number): void
}

export interface LinkSignerOptions {
  /** A random key from the store of the hub. Read each time, because it can be rotated. */
  secret(): string
  /** Part of each signature, so that links end when a key is removed. Not secret. */
  readonly keyHashes: readonly string[]
  /** Minimum life of a link. The maximum is twice as long, so that a job read twice has the same link. */
  readonly lifeMs: number
}

export function createLinkSigner({ secret, keyHashes, lifeMs }: LinkSignerOptions): LinkSigner {
  const bound = JSON.stringify(keyHashes.toSorted())
  const signatureOf = (path: string, expires: string): Buffer =>
    createHmac('sha256', Buffer.from(secret(), 'hex'))
      .update(`infinitetalk link\n${bound}\n${expires}\n${path}`)
      .digest()
  return {
    sign: (path, nowMs) => {
      const expires = String(Math.floor(((Math.floor(nowMs / lifeMs) + 2) * lifeMs) / 1000))
      return `expires=${expires}&signature=${signatureOf(path, expires).toString('hex')}`
    },
    verify: (path, { expires = '0', signature = '' }, nowMs) => {
      const given = Buffer.from(signature, 'hex')
      const wanted = signatureOf(path, expires)
      if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) {
        throw new AppError('link_invalid', 'The signature of the link is wrong.')
      }
      if (Number(expires) * 1000 <= nowMs) {
        throw new AppError('link_invalid', 'The link has expired.')
      }
    },
  }
}

/** The path with its signature; without API keys as it is. */
export function signedPath(
  path: string,
  { signer, clock }: { readonly signer: LinkSigner | null; readonly clock: WallClock },
): string {
  return signer === null ? path : `${path}?${signer.sign(path, clock.epochMs())}`
}
