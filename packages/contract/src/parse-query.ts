// Parses a flat set of texts (a query string, the options of a header) with its schema. Problems read like those of a body.
import type { z } from 'zod'
import type { RequestProblem } from './problems.ts'
import { problemsOf } from './zod-problems.ts'

export type QueryResult<Output> =
  | { readonly ok: true; readonly query: Output }
  | { readonly ok: false; readonly problems: readonly RequestProblem[] }

export function parseQuery<Schema extends z.ZodObject>(
  schema: Schema,
  given: unknown,
): QueryResult<z.output<Schema>> {
  const parsed = schema.safeParse(given, { reportInput: true })
  return parsed.success
    ? { ok: true, query: parsed.data }
    : { ok: false, problems: problemsOf(parsed.error.issues, schema, []) }
}
