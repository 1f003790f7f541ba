// Blobs are files named by their hash, and what cannot be read is told by its file's name. Whoever made the request knows no
// hashes: for them it is named by the member it came in.
import { AppError } from '../domain/errors.ts'
import type { Sha256 } from '../domain/ids.ts'

/** The same error about `/image` or `/audio/1`. Errors that name a member already, and all others, stay as they are. */
export function nameInput(thrown: unknown, sha256: Sha256, pointer: string): unknown {
  if (!(thrown instanceof AppError) || thrown.pointer !== undefined) return thrown
  const [, member = '', index] = pointer.split('/')
  const name = index === undefined ? `The ${member}` : `The ${member} ${Number(index) + 1}`
  const detail = thrown.detail.replaceAll(sha256, (_, at: number) =>
    at === 0 ? name : name.toLowerCase(),
  )
  return new AppError(thrown.code, detail, { cause: thrown.cause, meta: thrown.meta, pointer })
}
