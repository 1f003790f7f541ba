// Why ComfyUI refused a graph, problem by problem. Versions differ in where they say it (in `error` or only in `node_errors`)
// and what they call it; this reads both, and lets the worst problem name the error: what is not installed cannot be
// corrected by who sent the job.
import { isRecord } from '@infinitetalk/contract/plain'
import { AppError } from '../../../domain/errors.ts'
import type { Graph } from '../../../workflow/graph.ts'
import { adviseMissingClass } from '../../../workflow/node-packs.ts'
import { quote } from '../../../workflow/workflow-error.ts'
import { firstLine } from './first-line.ts'
import { type NodeName, nameNode } from './node-failure.ts'
import { capital, type Judgement, judgeNodeError, saidOf } from './node-problem.ts'

export interface Problem extends Judgement {
  /** Null when it is about the graph as a whole. */
  readonly node: NodeName | null
}

/** Nobody reads more problems, even of a graph with thousands of wrong nodes. */
const MAX_PROBLEMS = 50
const MAX_SENTENCES = 3
/** A refusal names every option of every list that it checked: some hundred kilobytes. */
const MAX_JSON_CHARS = 16 * 1024 * 1024

/** Empty when the body is not the answer of a validation. */
export function readProblems(bodyText: string, graph: Graph | null): readonly Problem[] {
  const body = parseJson(bodyText)
  if (!isRecord(body)) return []
  const nodes = isRecord(body.node_errors) ? Object.entries(body.node_errors) : []
  const problems = nodes.flatMap(([id, entry]) => readNode(id, entry, graph)).slice(0, MAX_PROBLEMS)
  if (problems.length > 0) return problems
  return isRecord(body.error) ? [readGraphProblem(body.error, graph)] : []
}

/** @param problems at least one */
export function refusal(problems: readonly Problem[], status: number): AppError {
  const sorted = problems.toSorted((a, b) => weightOf(a) - weightOf(b))
  const told = sorted.slice(0, MAX_SENTENCES).map(({ detail }) => detail)
  const more = sorted.length - told.length
  const detail = [...told, ...(more > 0 ? [`There are ${more} more problems.`] : [])].join(' ')
  const node = sorted[0]?.node ?? null
  return new AppError(sorted[0]?.code ?? 'workflow_invalid', detail, {
    meta: { status, problems: sorted, ...(node === null ? {} : { node }) },
  })
}

const WEIGHTIEST: readonly string[] = ['node_missing', 'model_missing', 'engine_input_refused']

function weightOf({ code }: Problem): number {
  const place = WEIGHTIEST.indexOf(code)
  return place === -1 ? WEIGHTIEST.length : place
}

function readNode(id: string, entry: unknown, graph: Graph | null): readonly Problem[] {
  if (!isRecord(entry) || !Array.isArray(entry.errors)) return []
  const type = typeof entry.class_type === 'string' ? entry.class_type : ''
  const { node, label } = nameNode(id, type, graph)
  return entry.errors
    .filter(isRecord)
    .map((error) => ({ node, ...judgeNodeError(error, node, label) }))
}

function readGraphProblem(error: Readonly<Record<string, unknown>>, graph: Graph | null): Problem {
  const named = readUnknownNode(error)
  if (named === null)
    return { code: 'workflow_invalid', node: null, detail: describeRefusal(error) }
  const { node, label } = nameNode(named.id, named.type, graph)
  if (named.type === '') {
    return { code: 'workflow_invalid', node, detail: `Node ${node.id} has no class_type.` }
  }
  // The other classes of the server are unknown here: the advice is the one for a pack that is missing entirely.
  const advice = adviseMissingClass(named.type, new Map())
  const detail = `ComfyUI does not know ${label}. ${advice}`
  return { code: 'node_missing', node, detail }
}

/** Newer versions say it in `extra_info`, older ones in their sentences only. */
function readUnknownNode({
  type,
  message,
  details,
  extra_info,
}: Readonly<Record<string, unknown>>) {
  if (type !== 'missing_node_type' && type !== 'invalid_prompt') return null
  const extra = isRecord(extra_info) ? extra_info : {}
  const id = extra.node_id ?? /^Node ID '#(.{1,80})'$/.exec(String(details))?.[1]
  if (typeof id !== 'string') return null
  const named =
    extra.class_type ??
    /^Cannot execute because node (.{1,200}) does not exist\.$/.exec(String(message))?.[1]
  return { id, type: typeof named === 'string' ? named : '' }
}

function describeRefusal(error: Readonly<Record<string, unknown>>): string {
  if (error.type === 'prompt_no_outputs') {
    return 'The workflow has no node that gives a result, such as VHS_VideoCombine.'
  }
  if (error.type === 'prompt_outputs_failed_validation') {
    const details = firstLine(String(error.details ?? ''))
    // ComfyUI 0.3 says no more of a circle; newer ones name its nodes.
    return details === ''
      ? 'ComfyUI refused the workflow without naming a node; it does so when links go round in a circle.'
      : `ComfyUI refused the workflow: ${details}.`
  }
  return `ComfyUI refused the workflow: ${capital(saidOf(error)) || quote(String(error.type))}.`
}

function parseJson(text: string): unknown {
  if (text.length > MAX_JSON_CHARS || !/^\s*\{/.test(text)) return null
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
