// A file `bindings.json` with the bindings of several workflows: an object by name. The entry "*" applies to all of them; a
// workflow's own parameters override it.
import { isRecord } from '@infinitetalk/contract/plain'
import { workflowInvalid } from './workflow-error.ts'

const SHARED = '*'

/**
 * By workflow name: the input of resolveBindings(), not yet checked.
 *
 * @throws AppError `workflow_invalid`
 */
export function parseBindingsTable(json: unknown, fileName: string): ReadonlyMap<string, unknown> {
  if (!isRecord(json)) {
    throw workflowInvalid(SHARED, `has ${fileName}, which is not an object of bindings by workflow`)
  }
  const shared = json[SHARED]
  const own = Object.entries(json).filter(([name]) => name !== SHARED)
  return new Map(own.map(([name, bindings]) => [name, merge(shared, bindings)]))
}

function merge(shared: unknown, own: unknown): unknown {
  if (!isRecord(shared) || !isRecord(own)) return own
  const parameters =
    isRecord(shared.parameters) && isRecord(own.parameters)
      ? { ...shared.parameters, ...own.parameters }
      : (own.parameters ?? shared.parameters)
  return { ...shared, ...own, parameters }
}
