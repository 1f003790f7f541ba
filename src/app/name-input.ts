// Replaces the name of a blob in an error by the member of the request it came in. Errors name files, and blobs are named by their
// hash, which callers do not know.
import { AppError } from '../domain/errors.ts'
import type { Sha256 } from '../domain/ids.ts'
import type { JobInput, JobSource } from '../domain/job.ts'

/** @returns the same error about `/image` or `/audio/1`; an error with a pointer, or of another kind, unchanged */
export function nameInput(thrown: unknown, sha256: Sha256, pointer: string): unknown {
  if (!(thrown instanceof AppError) || thrown.pointer !== undefined) return thrown
  const [, member = '', index] = pointer.split('/')
  const name = index === undefined ? `The ${member}` : `The ${member} ${Number(index) + 1}`
  const detail = thrown.detail.replaceAll(sha256, (_, at: number) =>
    at === 0 ? name : name.toLowerCase(),
  )
  return new AppError(thrown.code, detail, { cause: thrown.cause, meta: thrown.meta, pointer })
}

/** Finds the input in a render's error: the blob that it names, or else the only input that its code can mean. */
export function nameInputOfJob(thrown: unknown, input: JobInput): unknown {
  if (!(thrown instanceof AppError) || thrown.pointer !== undefined) return thrown
  const members = membersOf(input)
  const [kind = ''] = thrown.code.split('_')
  const named = members.find(
    ({ source }) => source.kind === 'blob' && thrown.detail.includes(source.sha256),
  )
  const [only, ...others] = members.filter(({ pointer }) => pointer.split('/')[1] === kind)
  const member = named ?? (others.length === 0 ? only : undefined)
  if (member === undefined) return thrown
  const { source, pointer } = member
  if (source.kind === 'blob') return nameInput(thrown, source.sha256, pointer)
  const { code, detail, cause, meta } = thrown
  return new AppError(code, detail, { cause, meta, pointer })
}

function membersOf(input: JobInput): readonly { pointer: string; source: JobSource }[] {
  const { inputType, visual, voices } = input
  return [
    { pointer: `/${inputType}`, source: visual },
    ...voices.map(({ source }, index) => ({
      pointer: voices.length > 1 ? `/audio/${index}` : '/audio',
      source,
    })),
  ]
}
