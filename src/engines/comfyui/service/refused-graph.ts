// A service's rejection of a graph in the words of ComfyUI's own: a proxy passes on ComfyUI's list of errors by node, other services
// name a field and a reason.
import { isRecord } from '@infinitetalk/contract/plain'
import type { AppError } from '../../../domain/errors.ts'
import type { Graph } from '../../../workflow/graph.ts'
import { explainRejection } from '../explain-failure.ts'

/** Any other error is returned as it is. */
export function explainRefusedGraph(error: AppError, graph: Graph): AppError {
  const { said, details, status } = error.meta
  if (said !== 'invalid_workflow') return error
  const told = isRecord(details) && isRecord(details.node_errors) ? details.node_errors : {}
  const node_errors = Object.fromEntries(
    Object.entries(told).map(([id, node]) => [id, inComfyuiWords(node)]),
  )
  const body = {
    error: { type: 'invalid_prompt', ...missingClass(error.detail, graph) },
    node_errors,
  }
  return explainRejection(Number(status), 'application/json', JSON.stringify(body), graph)
}

function inComfyuiWords(node: unknown): unknown {
  if (!Array.isArray(node)) return node
  const errors = node.filter(isRecord).map(({ field, reason, message }) => ({
    type: reason === 'missing_input' ? 'required_input_missing' : String(reason),
    message: typeof message === 'string' ? message : String(reason),
    details: String(field ?? ''),
    extra_info: { input_name: field },
  }))
  return { errors }
}

/** ComfyUI names the class, from 0.28 on the title of the node, in its sentence only, and the proxy drops the rest. */
function missingClass(detail: string, graph: Graph) {
  const [, named] = /Cannot execute because node (.{1,200}?) does not exist/.exec(detail) ?? []
  const [, titled] = /Node '(.{1,200}?)' not found\. The custom node/.exec(detail) ?? []
  const id = Object.keys(graph).find((key) => {
    const { class_type, _meta } = graph[key]!
    return class_type === (named ?? titled) || (titled !== undefined && _meta?.title === titled)
  })
  const known = id === undefined ? named : graph[id]!.class_type
  const message =
    known === undefined ? detail : `Cannot execute because node ${known} does not exist.`
  return { message, extra_info: id === undefined ? {} : { node_id: id, class_type: known } }
}
