// Checks before the first job whether a graph will run on a ComfyUI server, by what the server reports about its classes; each
// problem has its place and a remedy. Like ComfyUI itself it requires the class of every node, even of one that leads nowhere, but
// checks the inputs only of nodes that a result depends on.
import {
  type AdviseModel,
  type CheckSurroundings,
  checkInput,
  type InputProblem,
} from './check-input.ts'
import { describeNode, type Graph, type GraphNode } from './graph.ts'
import { sourcesOf } from './graph-links.ts'
import { GRAPH_PROBLEMS, type GraphProblem } from './graph-problem.ts'
import { adviseMissingClass } from './node-packs.ts'
import type { InputSpec, NodeClass, ObjectInfo } from './object-info.ts'
import { quote } from './workflow-error.ts'

/** Members that the editor adds to a saved graph for itself. */
const EDITOR_INPUTS = new Set([
  'audioUI',
  'upload',
  'preview',
  'videopreview',
  'Update inputs',
  'choose file to upload',
  'choose video to upload',
])

/** Errors first, then in the order of the graph. Empty when ComfyUI will accept it, as far as can be told from outside. */
export function checkGraph(
  graph: Graph,
  objectInfo: ObjectInfo,
  adviseModel: AdviseModel = () => null,
): readonly GraphProblem[] {
  const problems = Object.entries(graph).flatMap(([id, node]) =>
    objectInfo.has(node.class_type) ? [] : [missingClass(id, node, objectInfo)],
  )
  const outputs = Object.keys(graph).filter((id) => objectInfo.get(graph[id]!.class_type)?.isOutput)
  if (outputs.length === 0 && problems.length === 0) problems.push(NO_OUTPUT)
  const { needed, circle } = walkBack(outputs, graph)
  if (circle !== null) problems.push(circleProblem(circle, graph))
  for (const id of Object.keys(graph).filter((candidate) => needed.has(candidate))) {
    const node = graph[id]!
    const nodeClass = objectInfo.get(node.class_type)
    if (nodeClass === undefined) continue
    problems.push(...checkNode(id, node, nodeClass, { graph, objectInfo, adviseModel }))
  }
  return problems.toSorted((a, b) => rank(a) - rank(b))
}

const NO_OUTPUT: GraphProblem = {
  kind: 'no_output',
  severity: 'error',
  nodeId: null,
  classType: null,
  title: null,
  input: null,
  sentence: 'No node of the workflow gives a result.',
  advice: 'End it in a node that saves a video, such as VHS_VideoCombine.',
}

function rank({ severity }: GraphProblem): number {
  return severity === 'error' ? 0 : 1
}

function checkNode(
  id: string,
  node: GraphNode,
  nodeClass: NodeClass,
  surroundings: CheckSurroundings,
): readonly GraphProblem[] {
  const inputs = inputsOf(node, nodeClass)
  const missing = [...inputs]
    .filter(([name, { required }]) => required && !Object.hasOwn(node.inputs, name))
    .map(([input]) =>
      problem(id, node, input, {
        kind: 'input_missing',
        what: `lacks the input ${quote(input)}`,
        advice: 'Add the input; an updated node pack may require it.',
      }),
    )
  const given = Object.entries(node.inputs).flatMap(([input, value]) => {
    const spec = inputs.get(input)
    const found =
      spec === undefined
        ? unknownInput(input, inputs, nodeClass)
        : checkInput(node.class_type, input, value, spec, surroundings)
    return found === null ? [] : [problem(id, node, input, found)]
  })
  return [...missing, ...given]
}

/** The inputs of the class, plus those that the chosen values bring. */
function inputsOf(node: GraphNode, { inputs }: NodeClass): ReadonlyMap<string, InputSpec> {
  const all = new Map(inputs)
  for (const [name, { further }] of inputs) {
    const value = Object.hasOwn(node.inputs, name) ? node.inputs[name] : undefined
    for (const [more, spec] of further.get(String(value)) ?? []) {
      if (!all.has(more)) all.set(more, spec)
    }
  }
  return all
}

function unknownInput(
  input: string,
  inputs: ReadonlyMap<string, InputSpec>,
  { hidden }: NodeClass,
): InputProblem | null {
  if (hidden.has(input) || EDITOR_INPUTS.has(input)) return null
  const [stem] = input.split('.')
  if (inputs.get(stem!)?.growing) return null
  // Nodes of KJNodes that take any number of inputs declare only the first ones.
  if (inputs.has('inputcount') && inputs.has(input.replace(/\d+$/, '1'))) return null
  return {
    kind: 'input_unknown',
    what: `has an input ${quote(input)} that its class does not know here; ComfyUI ignores it`,
    advice: 'Remove it, or update the node pack if it should have an effect.',
  }
}

function missingClass(id: string, node: GraphNode, objectInfo: ObjectInfo): GraphProblem {
  return problem(id, node, null, {
    kind: 'class_missing',
    what: 'is of a class that this ComfyUI does not have',
    advice: adviseMissingClass(node.class_type, objectInfo),
  })
}

function circleProblem(id: string, graph: Graph): GraphProblem {
  return problem(id, graph[id]!, null, {
    kind: 'links_in_circle',
    what: 'needs its own result: the links form a cycle',
    advice: 'Cut one of the links.',
  })
}

function problem(
  id: string,
  node: GraphNode,
  input: string | null,
  { kind, what, advice }: InputProblem,
): GraphProblem {
  const label = describeNode(id, node)
  return {
    kind,
    severity: GRAPH_PROBLEMS[kind] === null ? 'warning' : 'error',
    nodeId: id,
    classType: node.class_type,
    title: node._meta?.title ?? null,
    input,
    sentence: `N${label.slice(1)} ${what}.`,
    advice,
  }
}

/** The nodes that the outputs depend on, and a node on a cycle if there is one. Not recursive: a chain may be a thousand long. */
function walkBack(outputs: readonly string[], graph: Graph) {
  const done = new Set<string>()
  const open = new Set<string>()
  let circle: string | null = null
  const waiting = [...outputs]
  for (let id = waiting.at(-1); id !== undefined; id = waiting.at(-1)) {
    const before = sourcesOf(graph[id]!).filter(
      (source) => Object.hasOwn(graph, source) && !done.has(source),
    )
    const loop = before.find((source) => open.has(source) || source === id)
    circle ??= loop ?? null
    open.add(id)
    const next = before.filter((source) => !open.has(source))
    if (next.length > 0) {
      waiting.push(...next)
      continue
    }
    done.add(id)
    open.delete(id)
    waiting.pop()
  }
  return { needed: done, circle }
}
