// Links that stand in for an API key where none can be sent: the src of a <video>, a download manager. A link names one path
// and a time; whoever has it may read that path until then and nothing else.
import { createHmac, timingSafeEqual } from 'node:crypto'
import { AppError } from '../domain/errors.ts'

export interface LinkQuery {
  readonly expires?: string | undefined
  readonly signature?: string | undefined
}

export interface LinkSigner {
  /** The query that makes `path` readable, without a question mark. */
  sign(path: string, nowMs: number): string
  /** @throws AppError `link_invalid` */
  verify(path: string, query: LinkQuery, nowMs: number): void
}

export interface LinkSignerOptions {
  /** A random key that only the store of the hub has; asked for each time, because it can be replaced. */
  secret(): string
  /** Bound into each signature: links end when a key is withdrawn. They are no secret: whoever configures the hub may read them. */
  readonly keyHashes: readonly string[]
  /** How long a link is good, at least; up to twice as long, so that a job read twice shows the same link. */
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
        throw new AppError('link_invalid', 'The signature of the link does not fit.')
      }
      if (Number(expires) * 1000 <= nowMs) {
        throw new AppError('link_invalid', 'The link has expired.')
      }
    },
  }
}
