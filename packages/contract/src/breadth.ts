// A body of 32 MB can hold millions of members or list entries. No valid request is that broad, so breadth is checked before
// the schema, which would report one problem per entry and fill the memory with them.
import { type PointerPath, type RequestProblem, toPointer } from './problems.ts'
import { invalid } from './zod-problems.ts'

/** The longest list is that of prompts, one per window: ten minutes have 209 windows of 72 new frames. */
export const MAX_ENTRIES = 256
/** `audio.0.box.0` is the deepest place of a request; the schema rejects deeper ones by type. */
const MAX_DEPTH = 4
/** Enough to correct a request; further problems are counted. */
const MAX_PROBLEMS = 100

/** The first place with more entries than any request has, or null. */
export function findTooBroad(value: unknown, path: PointerPath = []): RequestProblem | null {
  if (typeof value !== 'object' || value === null || path.length > MAX_DEPTH) return null
  const keys = Object.keys(value)
  if (keys.length > MAX_ENTRIES) {
    return invalid(path, `has ${keys.length} entries; at most ${MAX_ENTRIES} are ever needed`)
  }
  for (const [key, inner] of Object.entries(value)) {
    const found = findTooBroad(inner, [...path, key])
    if (found !== null) return found
  }
  return null
}

export function limitProblems(problems: readonly RequestProblem[]): readonly RequestProblem[] {
  const more = problems.length - MAX_PROBLEMS
  if (more <= 0) return problems
  const message = `${more} more problems were found.`
  return [
    ...problems.slice(0, MAX_PROBLEMS),
    { pointer: toPointer([]), code: 'invalid_request', message },
  ]
}
