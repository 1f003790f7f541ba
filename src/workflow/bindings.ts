// Which parameter goes to which input of which node. A file of bindings names nodes by class, plus id or title or both, so that a
// graph may be edited and renumbered in ComfyUI; resolved against the graph, a binding is an id and an input.
import { didYouMean, isRecord } from '@infinitetalk/contract/plain'
import { describeNode, type Graph, type GraphNode } from './graph.ts'
import { isParameterName, PARAMETER_NAMES, type ParameterName } from './parameters.ts'
import { quote, workflowInvalid } from './workflow-error.ts'

export interface Target {
  readonly nodeId: string
  readonly input: string
}

export type Bindings = ReadonlyMap<ParameterName, readonly Target[]>

export interface ResolvedBindings {
  readonly bindings: Bindings
  /** The node whose video is the result. */
  readonly outputNode: string
}

/** A node as a file of bindings names it. */
interface NodeReference {
  readonly class: string
  readonly id?: string
  readonly title?: string
}

const MAX_TARGETS = 32
const MEMBERS = ['output', 'parameters']
const REFERENCE_MEMBERS = ['node', 'class', 'title']

/**
 * @param json `{"output": {"node": "131", "class": "..."}, "parameters": {"image": {"node": "284", "class": "...", "input": "image"}}}`;
 *   a parameter may have a list of targets
 * @throws AppError `workflow_invalid`
 */
export function resolveBindings(json: unknown, graph: Graph, name: string): ResolvedBindings {
  if (!isRecord(json)) throw workflowInvalid(name, 'has bindings that are not a JSON object')
  refuseOthers(json, MEMBERS, 'the bindings', name)
  if (json.output === undefined) {
    throw workflowInvalid(name, 'has bindings without "output": the node that saves the video')
  }
  if (!isRecord(json.parameters)) throw workflowInvalid(name, 'has bindings without "parameters"')
  const output = parseReference(json.output, REFERENCE_MEMBERS, '"output"', name)
  const bindings = new Map<ParameterName, readonly Target[]>()
  for (const [parameter, targets] of Object.entries(json.parameters)) {
    if (!isParameterName(parameter)) throw unknownMember(parameter, PARAMETER_NAMES, name)
    const list: readonly unknown[] = Array.isArray(targets) ? targets : [targets]
    if (list.length === 0 || list.length > MAX_TARGETS) {
      throw workflowInvalid(name, `binds ${quote(parameter)} to ${list.length} inputs`)
    }
    bindings.set(
      parameter,
      list.map((target) => resolveTarget(target, parameter, graph, name)),
    )
  }
  return { bindings, outputNode: findNode(output, '"output"', graph, name) }
}

function resolveTarget(
  json: unknown,
  parameter: ParameterName,
  graph: Graph,
  name: string,
): Target {
  const where = `the binding of ${quote(parameter)}`
  const reference = parseReference(json, [...REFERENCE_MEMBERS, 'input'], where, name)
  const input = isRecord(json) ? json.input : undefined
  if (typeof input !== 'string') throw workflowInvalid(name, `has no "input" in ${where}`)
  const nodeId = findNode(reference, where, graph, name)
  const node = graph[nodeId]!
  // A link that does not exist yet leaves no trace in the graph; every constant of a node does.
  if (!Object.hasOwn(node.inputs, input) && parameter !== 'loras') {
    const there = Object.keys(node.inputs)
    const meant = didYouMean(input, there) ?? there.join(', ')
    throw workflowInvalid(
      name,
      `binds ${quote(parameter)} to ${quote(input)}, which ${describeNode(nodeId, node)} does not have; it has ${meant}`,
    )
  }
  return { nodeId, input }
}

function parseReference(
  json: unknown,
  members: readonly string[],
  where: string,
  name: string,
): NodeReference {
  if (!isRecord(json)) throw workflowInvalid(name, `has no object in ${where}`)
  refuseOthers(json, members, where, name)
  const { node: id, class: classType, title } = json
  if (typeof classType !== 'string') throw workflowInvalid(name, `has no "class" in ${where}`)
  if (id !== undefined && typeof id !== 'string') {
    throw workflowInvalid(name, `has a "node" in ${where} that is not an id such as "128"`)
  }
  if (title !== undefined && typeof title !== 'string') {
    throw workflowInvalid(name, `has a "title" in ${where} that is not a text`)
  }
  return { class: classType, ...(id === undefined ? {} : { id }), ...(title && { title }) }
}

/** By id if a node of the class has it, otherwise the only node with the class and the title. */
function findNode(reference: NodeReference, where: string, graph: Graph, name: string): string {
  const { id, title } = reference
  if (id !== undefined && Object.hasOwn(graph, id) && graph[id]?.class_type === reference.class) {
    return id
  }
  const wanted = title === undefined ? reference.class : `${reference.class} titled ${quote(title)}`
  const found = Object.keys(graph).filter((candidate) => matches(graph[candidate]!, reference))
  if (found.length === 1) return found[0]!
  if (found.length > 1) {
    throw workflowInvalid(
      name,
      `has ${found.length} nodes that are a ${wanted}; give a "node" or a "title" in ${where}`,
    )
  }
  const other = id !== undefined && Object.hasOwn(graph, id) ? graph[id] : undefined
  const instead = other === undefined ? '' : ` (${describeNode(id!, other)} is another class)`
  throw workflowInvalid(name, `has no ${wanted}, which ${where} names${instead}`)
}

function matches(node: GraphNode, { class: classType, title }: NodeReference): boolean {
  return node.class_type === classType && (title === undefined || node._meta?.title === title)
}

function refuseOthers(
  json: Readonly<Record<string, unknown>>,
  members: readonly string[],
  where: string,
  name: string,
): void {
  const other = Object.keys(json).find((key) => !members.includes(key))
  if (other !== undefined) throw unknownMember(other, members, name, where)
}

function unknownMember(
  given: string,
  known: readonly string[],
  name: string,
  where = 'the bindings',
): Error {
  const meant = didYouMean(given, known)
  const hint = meant === null ? `known are ${known.join(', ')}` : `perhaps ${quote(meant)} is meant`
  return workflowInvalid(name, `has an unknown ${quote(given)} in ${where}; ${hint}`)
}
