// The problems of a graph on a given ComfyUI server, one entry per place, each with a remedy. The doctor prints them, and a job is
// rejected with them.
import type { ErrorCode } from '@infinitetalk/contract'
import { AppError } from '../domain/errors.ts'
import { quote } from './workflow-error.ts'

export const GRAPH_PROBLEMS = {
  class_missing: 'node_missing',
  model_missing: 'model_missing',
  input_missing: 'workflow_invalid',
  /** ComfyUI ignores it; the author may have meant something by it. */
  input_unknown: null,
  value_unlisted: 'workflow_invalid',
  value_out_of_range: 'workflow_invalid',
  value_invalid: 'workflow_invalid',
  link_broken: 'workflow_invalid',
  link_type: 'workflow_invalid',
  links_in_circle: 'workflow_invalid',
  no_output: 'workflow_invalid',
} as const satisfies Readonly<Record<string, ErrorCode | null>>

export type GraphProblemKind = keyof typeof GRAPH_PROBLEMS

export interface GraphProblem {
  readonly kind: GraphProblemKind
  /** A warning does not stop ComfyUI from running the graph. */
  readonly severity: 'error' | 'warning'
  /** null when it is about the graph as a whole; `input` is null when it is about the node as a whole. */
  readonly nodeId: string | null
  readonly classType: string | null
  readonly title: string | null
  readonly input: string | null
  readonly sentence: string
  /** The remedy, in one sentence. */
  readonly advice: string
}

const MAX_SENTENCES = 3
const MAX_TOLD = 50

/** The problems as the error of a job, missing installations first. null when only warnings are left. */
export function problemsToError(name: string, problems: readonly GraphProblem[]): AppError | null {
  const errors = problems.filter(({ severity }) => severity === 'error')
  const codes = errors.map(({ kind }) => GRAPH_PROBLEMS[kind])
  const code = (['node_missing', 'model_missing', 'workflow_invalid'] as const).find((candidate) =>
    codes.includes(candidate),
  )
  if (code === undefined) return null
  const first = errors.filter(({ kind }) => GRAPH_PROBLEMS[kind] === code)
  const told = first.slice(0, MAX_SENTENCES).map(({ sentence }) => sentence)
  const advice = [...new Set(first.slice(0, MAX_SENTENCES).map((problem) => problem.advice))]
  const left = errors.length - told.length
  const more =
    left === 0 ? [] : [`There ${left === 1 ? 'is 1 more problem' : `are ${left} more problems`}.`]
  const detail = [`The workflow ${quote(name)} cannot run here.`, ...told, ...more, ...advice]
  const node = nodeOf(first[0])
  return new AppError(code, detail.join(' '), {
    meta: {
      workflow: name,
      problems: errors.slice(0, MAX_TOLD),
      ...(node === null ? {} : { node }),
    },
  })
}

/** The faulty node, as a job's error names it. */
function nodeOf(problem: GraphProblem | undefined) {
  const { nodeId = null, classType = null } = problem ?? {}
  return nodeId === null || classType === null ? null : { id: nodeId, type: classType }
}
