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

/** ComfyUI names the class in its sentence only, and the proxy drops the node. */
function missingClass(detail: string, graph: Graph) {
  const said = /Cannot execute because node (.{1,200}?) does not exist/.exec(detail)
  const message = said === null ? detail : `${said[0]}.`
  const id = Object.keys(graph).find((key) => graph[key]!.class_type === said?.[1])
  return { message, extra_info: id === undefined ? {} : { node_id: id, class_type: said?.[1] } }
}
