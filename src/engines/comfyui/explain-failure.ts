// Explains a prompt that ComfyUI rejected or could not finish, as one error: a stable code, the node, the cause and what to do.
// Pure and total: every answer of every server version gives an AppError, never a throw.
import { isRecord } from '@infinitetalk/contract/plain'
import { AppError } from '../../domain/errors.ts'
import type { Graph } from '../../workflow/graph.ts'
import { FAILURE_CAUSES, type FailureCause } from './explain/failure-causes.ts'
import { firstLine } from './explain/first-line.ts'
import { type NodeFailure, readNodeFailure } from './explain/node-failure.ts'
import { capital } from './explain/node-problem.ts'
import { readProblems, refusal } from './explain/rejection.ts'
import { explainAnswer } from './explain-answer.ts'

/**
 * An answer of POST /prompt or POST /upload/image that is not what was asked for; a 200 with `node_errors` is one too.
 * `meta.problems` lists all of them; `meta.node` is the node of the first.
 *
 * @param bodyText the beginning of the body is enough unless it is JSON
 * @param graph that was sent; null for an upload
 */
export function explainRejection(
  status: number,
  contentType: string | null,
  bodyText: string,
  graph: Graph | null,
): AppError {
  const problems = status === 413 ? [] : readProblems(bodyText, graph)
  return problems.length > 0
    ? refusal(problems, status)
    : explainAnswer(status, contentType, bodyText)
}

/**
 * `meta.node` is the node that failed; `meta.poisoned` is true when ComfyUI must be started again before anything else.
 *
 * @param message an `execution_error` or `execution_interrupted`: the message of the socket (`{type, data}`), the pair of a
 * history entry (`[type, data]`), or its data alone
 */
export function explainExecutionError(message: unknown, graph: Graph | null): AppError {
  const { type, data } = unwrap(message)
  const failure = readNodeFailure(data, graph)
  const { node, label, exceptionType, said } = failure
  if (type === 'execution_interrupted') {
    const detail = `Someone else interrupted the render in ComfyUI at ${label}.`
    return new AppError('engine_interrupted', detail, { meta: { node } })
  }
  const raised = [firstLine(exceptionType), said].filter(Boolean).join(': ')
  const cause = FAILURE_CAUSES.find((row) => fits(row, failure))
  const what =
    cause?.says(failure) ?? (raised === '' ? 'failed without a reason' : `failed: ${raised}`)
  return new AppError(cause?.code ?? 'engine_failed', `${capital(label)} ${what}.`, {
    cause: new Error(`${exceptionType}: ${failure.message}`),
    meta: { node, exceptionType, ...(cause?.poisoned === true ? { poisoned: true } : {}) },
  })
}

function fits(cause: FailureCause, failure: NodeFailure): boolean {
  const { exceptionType, message, node } = failure
  return (
    (cause.exception?.test(exceptionType) ?? true) &&
    (cause.message?.test(message) ?? true) &&
    (cause.nodeClass?.test(node.type) ?? true) &&
    (cause.holds?.(failure) ?? true)
  )
}

function unwrap(message: unknown): { readonly type: unknown; readonly data: unknown } {
  if (Array.isArray(message)) return { type: message[0], data: message[1] }
  if (isRecord(message) && isRecord(message.data)) return { type: message.type, data: message.data }
  return { type: 'execution_error', data: message }
}
