// The fault of a workflow, as one sentence that names it. Names in it come from files that anybody may have written.
import { AppError } from '../domain/errors.ts'

const MAX_QUOTED_CHARS = 80

/** @param what continues `The workflow "name" `, without the full stop */
export function workflowInvalid(name: string, what: string, cause?: unknown): AppError {
  return new AppError('workflow_invalid', `The workflow ${quote(name)} ${what}.`, {
    meta: { workflow: name },
    ...(cause === undefined ? {} : { cause }),
  })
}

/** A name from outside, for a sentence: on one line and shortened. */
export function quote(text: string): string {
  const line = text.replaceAll(/\p{Cc}/gu, '?')
  const short = line.length > MAX_QUOTED_CHARS ? `${line.slice(0, MAX_QUOTED_CHARS - 3)}...` : line
  return `"${short}"`
}
