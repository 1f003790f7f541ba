// POST /prompt's validation: every class must be known, even of nodes that nothing needs; only nodes that an output node needs are
// checked further; one good output is enough for a 200, which still lists the errors of the others.
import { dependentOutputs, type Graph, toLink } from './graph.ts'
import type { Folders } from './input-files.ts'
import type { ObjectInfo } from './object-info.ts'
import { customCheck, hasOwnCheck } from './validate-files.ts'
import {
  badLink,
  checkConstant,
  checkLinkType,
  type InputError,
  requiredInputMissing,
} from './validate-input.ts'
import type { VersionTraits } from './version.ts'

export interface PromptError {
  readonly type: string
  readonly message: string
  readonly details: string
  readonly extra_info: Readonly<Record<string, unknown>>
}

export interface NodeErrors {
  readonly errors: readonly InputError[]
  readonly dependent_outputs: readonly string[]
  readonly class_type: string
}

export interface Validation {
  /** Null: the prompt is queued, with its errors beside it. */
  readonly error: PromptError | null
  readonly nodeErrors: Readonly<Record<string, NodeErrors>>
  /** The output nodes that will run. */
  readonly outputs: readonly string[]
}

export interface ValidationContext {
  readonly info: ObjectInfo
  readonly traits: VersionTraits
  readonly folders: Folders
}

export function validatePrompt(
  graph: Graph,
  context: ValidationContext,
  targets: readonly string[] | null = null,
): Validation {
  const unknown = findUnknownClass(graph, context)
  if (unknown !== null) return { error: unknown, nodeErrors: {}, outputs: [] }
  const wanted = Object.entries(graph).flatMap(([id, node]) =>
    context.info[node.class_type ?? '']?.output_node && (targets?.includes(id) ?? true) ? [id] : [],
  )
  if (wanted.length === 0) {
    return {
      error: failure('prompt_no_outputs', 'Prompt has no outputs'),
      nodeErrors: {},
      outputs: [],
    }
  }
  return checkOutputs(graph, wanted, context)
}

function findUnknownClass(graph: Graph, { info, traits }: ValidationContext): PromptError | null {
  for (const [id, node] of Object.entries(graph)) {
    const name = node.class_type
    if (name !== undefined && info[name] !== undefined) continue
    const details = `Node ID '#${id}'`
    if (!traits.namesMissingNodes) {
      const message =
        name === undefined
          ? 'Cannot execute because a node is missing the class_type property.'
          : `Cannot execute because node ${name} does not exist.`
      return failure('invalid_prompt', message, details)
    }
    const title = node._meta?.title ?? name ?? null
    const message =
      name === undefined
        ? `Node '${title ?? `ID #${id}`}' has no class_type. The workflow may be corrupted or a custom node is missing.`
        : `Node '${title}' not found. The custom node may not be installed.`
    const extra = { node_id: id, class_type: name ?? null, node_title: title }
    return failure('missing_node_type', message, details, extra)
  }
  return null
}

function checkOutputs(
  graph: Graph,
  outputs: readonly string[],
  context: ValidationContext,
): Validation {
  const found = new Map<string, readonly InputError[]>()
  const check = new GraphCheck(graph, context, found)
  const good = outputs.filter((output) => check.checkOutput(output))
  const nodeErrors = Object.fromEntries(
    [...found].map(([id, errors]) => [
      id,
      {
        errors,
        dependent_outputs: dependentOutputs(graph, id, outputs),
        class_type: graph[id]?.class_type ?? '',
      },
    ]),
  )
  if (good.length > 0) return { error: null, nodeErrors, outputs: inRecordedOrder(good) }
  const details = outputs.flatMap((output) =>
    (found.get(output) ?? []).map((error) => `${error.message}: ${error.details}`),
  )
  return {
    error: failure(
      'prompt_outputs_failed_validation',
      'Prompt outputs failed validation',
      details.join('\n'),
    ),
    nodeErrors,
    outputs: [],
  }
}

/** Python keeps them in a set without a fixed order: numbers were recorded in this order, names in that of the graph. */
function inRecordedOrder(outputs: readonly string[]): readonly string[] {
  return outputs.every((id) => /^\d+$/.test(id)) ? outputs.toSorted() : outputs
}

/** Walks from the outputs to their inputs and remembers visited nodes. */
class GraphCheck {
  readonly #graph: Graph
  readonly #context: ValidationContext
  readonly #found: Map<string, readonly InputError[]>
  readonly #verdicts = new Map<string, boolean>()
  readonly #path: string[] = []

  constructor(graph: Graph, context: ValidationContext, found: Map<string, readonly InputError[]>) {
    this.#graph = graph
    this.#context = context
    this.#found = found
  }

  checkOutput(id: string): boolean {
    try {
      return this.#check(id)
    } catch (problem) {
      if (!(problem instanceof ValidationCrash)) throw problem
      this.#found.set(id, [
        {
          type: 'exception_during_validation',
          message: 'Exception when validating node',
          details: problem.message,
          extra_info: { exception_type: problem.exceptionType, traceback: [] },
        },
      ])
      return false
    }
  }

  #check(id: string): boolean {
    const known = this.#verdicts.get(id)
    if (known !== undefined) return known
    if (this.#path.includes(id)) return this.#reportCycle(id)
    this.#path.push(id)
    const verdict = this.#checkNode(id)
    this.#path.pop()
    this.#verdicts.set(id, verdict)
    return verdict
  }

  #checkNode(id: string): boolean {
    const node = this.#graph[id]
    const info = this.#context.info[node?.class_type ?? '']
    if (node === undefined || info === undefined) throw new ValidationCrash('KeyError', `'${id}'`)
    const errors: InputError[] = []
    let sound = true
    const given = node.inputs ?? {}
    const declared = { ...info.input.required, ...info.input.optional }
    for (const [name, spec] of Object.entries(declared)) {
      const value = given[name]
      if (value === undefined) {
        if (name in (info.input.required ?? {})) errors.push(requiredInputMissing(name))
      } else if (Array.isArray(value)) {
        const link = toLink(value)
        const mismatch =
          link === null
            ? badLink(name, spec, value)
            : checkLinkType(name, spec, link, this.#outputType(link.nodeId, link.slot))
        if (mismatch !== null) errors.push(mismatch)
        else if (link !== null) sound = this.#check(link.nodeId) && sound
      } else {
        const problem = checkConstant(name, spec, value, hasOwnCheck(node.class_type, name))
        if (problem !== null) errors.push(problem)
      }
    }
    errors.push(...customCheck(node, this.#context))
    if (errors.length > 0) this.#found.set(id, [...(this.#found.get(id) ?? []), ...errors])
    return sound && errors.length === 0 && !this.#found.has(id)
  }

  #outputType(nodeId: string, slot: number): unknown {
    const className = this.#graph[nodeId]?.class_type
    if (className === undefined) throw new ValidationCrash('KeyError', `'${nodeId}'`)
    const outputs = this.#context.info[className]?.output ?? []
    if (!(slot in outputs)) {
      throw new ValidationCrash('IndexError', this.#context.traits.outputIndexError)
    }
    return outputs[slot]
  }

  #reportCycle(id: string): boolean {
    if (!this.#context.traits.detectsCycles) return false
    const cycle = this.#path.slice(this.#path.indexOf(id))
    const details = [...cycle, id]
      .map((member) => `${member} (${this.#graph[member]?.class_type})`)
      .join(' -> ')
    for (const member of cycle) {
      this.#found.set(member, [
        {
          type: 'dependency_cycle',
          message: 'Dependency cycle detected',
          details,
          extra_info: { node_id: member, cycle_nodes: cycle },
        },
      ])
    }
    return false
  }
}

/** Python's exception in the middle of validation. */
class ValidationCrash extends Error {
  readonly exceptionType: string

  constructor(exceptionType: string, message: string) {
    super(message)
    this.exceptionType = exceptionType
  }
}

export function failure(
  type: string,
  message: string,
  details = '',
  extraInfo: Readonly<Record<string, unknown>> = {},
): PromptError {
  return { type, message, details, extra_info: extraInfo }
}
