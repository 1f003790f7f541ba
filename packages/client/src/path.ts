// Paths of the API from a template whose values cannot leave their segment: an id that holds `/`, `..` or `?` names a thing
// that does not exist, never another route.
import { InfiniteTalkError } from './errors.ts'

/** An absolute path below the base URL, made by `apiPath` only. */
export type ApiPath = string & { readonly __brand: 'ApiPath' }

/**
 * @example apiPath`/v1/jobs/${id}/events`
 * @throws InfiniteTalkError `invalid_argument` for a value that no encoding keeps inside its segment
 */
export function apiPath(parts: TemplateStringsArray, ...values: readonly string[]): ApiPath {
  const path = parts.map((part, index) => (index === 0 ? part : segment(values[index - 1]) + part))
  return path.join('') as ApiPath
}

function segment(value: unknown): string {
  // URL parsers resolve dot segments even when they are percent-encoded, and an empty one is another route.
  if (typeof value !== 'string' || /^\.{0,2}$/.test(value)) {
    throw new InfiniteTalkError(`${JSON.stringify(value) ?? String(value)} is not an id.`, {
      code: 'invalid_argument',
    })
  }
  return encodeURIComponent(value.toWellFormed())
}
