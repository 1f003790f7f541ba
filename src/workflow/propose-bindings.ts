// Proposes bindings for a graph that somebody exported from ComfyUI: it finds the input of each parameter by known classes and by
// the links. An ambiguous parameter is left out and reported with its possible nodes.
import { describeNode, type Graph, type GraphNode, isLink, type JsonValue } from './graph.ts'
import { byNumber, sourcesOf, withSources } from './graph-links.ts'
import { CONSTANT_INPUTS, OUTPUT_CLASSES, PLACES, type Place } from './parameter-places.ts'
import { PARAMETER_NAMES, type ParameterName } from './parameters.ts'
import { quote, workflowInvalid } from './workflow-error.ts'

/** In the form of a file of bindings. */
export interface ProposedTarget {
  readonly node: string
  readonly class: string
  readonly title?: string
  readonly input: string
}

export interface ProposedBindings {
  readonly output: Omit<ProposedTarget, 'input'>
  readonly parameters: Readonly<
    Partial<Record<ParameterName, ProposedTarget | readonly ProposedTarget[]>>
  >
}

export interface Proposal {
  readonly bindings: ProposedBindings
  /** Sentences about parameters that several nodes may take, which were left out. */
  readonly open: readonly string[]
}

export interface ProposalRequest {
  readonly graph: Graph
  /** Name of the graph, for error messages. */
  readonly name: string
  /** The caller's own choices: nodes by parameter, including `output`; `null` binds nothing. */
  readonly chosen: ReadonlyMap<string, { readonly node: string; readonly input: string | null }>
}

/** @throws AppError `workflow_invalid` when no node, or more than one, gives the video, or a chosen node does not exist */
export function proposeBindings({ graph, name, chosen }: ProposalRequest): Proposal {
  const output = chosen.get('output')?.node ?? findOutput(graph, name)
  if (!Object.hasOwn(graph, output)) throw workflowInvalid(name, `has no node ${quote(output)}`)
  const needed = withSources(graph, output)
  const open: string[] = []
  const parameters: [ParameterName, ProposedTarget | readonly ProposedTarget[]][] = []
  for (const parameter of PARAMETER_NAMES) {
    const choice = chosen.get(parameter)
    const found =
      choice === undefined
        ? findTargets(parameter, graph, needed, output)
        : [
            targetOf(
              graph,
              choice.node,
              choice.input ?? onlyInput(parameter, graph, choice.node, name),
            ),
          ]
    if (found.length > 1 && !TAKES_SEVERAL.has(parameter)) {
      open.push(sayOpen(parameter, found, graph))
    } else if (found.length > 0) {
      parameters.push([parameter, found.length === 1 ? found[0]! : found])
    }
  }
  // A picture beside a video is a reference: the lips are the video's.
  const taken = parameters.some(([parameter]) => parameter === 'video')
    ? parameters.filter(([parameter]) => parameter !== 'image' || chosen.has('image'))
    : parameters
  const { input: _input, ...outputNode } = targetOf(graph, output, '')
  return { bindings: { output: outputNode, parameters: Object.fromEntries(taken) }, open }
}

/** Parameters that several nodes may share. */
const TAKES_SEVERAL: ReadonlySet<ParameterName> = new Set([
  'width',
  'height',
  'seed',
  'steps',
  'cfg',
  'force_offload',
  'attention',
  'block_swap',
])

function findOutput(graph: Graph, name: string): string {
  const found = Object.keys(graph).filter((id) => OUTPUT_CLASSES.test(graph[id]!.class_type))
  if (found.length === 1) return found[0]!
  if (found.length === 0) {
    throw workflowInvalid(
      name,
      'has no node that saves a video, such as VHS_VideoCombine or SaveVideo',
    )
  }
  // A preview beside the result has no voice.
  const sounding = found.filter((id) => isLink(graph[id]!.inputs.audio))
  if (sounding.length === 1) return sounding[0]!
  const nodes = found.map((id) => describeNode(id, graph[id]!)).join(', ')
  throw workflowInvalid(
    name,
    `has several nodes that save a video (${nodes}); choose one with --set output=ID`,
  )
}

function findTargets(
  parameter: ParameterName,
  graph: Graph,
  needed: ReadonlySet<string>,
  output: string,
): readonly ProposedTarget[] {
  const ids = byNumber([...needed])
  const at = (places: readonly Place[]): readonly ProposedTarget[] =>
    places.flatMap((place) =>
      ids.flatMap((id) => {
        if (place.of === 'output' && id !== output) return []
        return place.class.test(graph[id]!.class_type) ? follow(graph, id, place) : []
      }),
    )
  const known = at(PLACES[parameter].filter(({ isLastResort }) => isLastResort !== true))
  const targets =
    known.length > 0 ? known : at(PLACES[parameter].filter(({ isLastResort }) => isLastResort))
  return [...new Map(targets.map((target) => [`${target.node} ${target.input}`, target])).values()]
}

/** The input itself, or the node that its value comes from. */
function follow(graph: Graph, id: string, place: Place): readonly ProposedTarget[] {
  const { inputs } = graph[id]!
  if (place.from !== undefined) return followToLoader(graph, id, place.input, place.from)
  if (place.isOptionalLink === true) return [targetOf(graph, id, place.input)]
  if (!Object.hasOwn(inputs, place.input)) return []
  const value = inputs[place.input]
  if (!isLink(value)) return isPlain(value) ? [targetOf(graph, id, place.input)] : []
  const source = graph[value[0]]
  const constant = source === undefined ? undefined : CONSTANT_INPUTS.get(source.class_type)
  if (source === undefined || constant === undefined || isLink(source.inputs[constant])) return []
  return [targetOf(graph, value[0], constant)]
}

/** Follows the links back from an input to the nodes that load a file, in the order of the links. */
function followToLoader(
  graph: Graph,
  id: string,
  input: string,
  from: NonNullable<Place['from']>,
): readonly ProposedTarget[] {
  const start = graph[id]!.inputs[input]
  if (!isLink(start)) return []
  const loaders: string[] = []
  const seen = new Set<string>()
  const waiting = [start[0]]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const node = graph[next]
    if (node === undefined || seen.has(next) || from.not?.test(node.class_type)) continue
    seen.add(next)
    if (from.class.test(node.class_type)) loaders.push(next)
    else waiting.push(...sourcesOf(node).toReversed())
  }
  const chosen = from.nth === undefined ? loaders : loaders.slice(from.nth, from.nth + 1)
  return chosen.flatMap((loader) =>
    isPlain(graph[loader]!.inputs[from.input]) ? [targetOf(graph, loader, from.input)] : [],
  )
}

function isPlain(value: JsonValue | undefined): boolean {
  return ['string', 'number', 'boolean'].includes(typeof value)
}

function targetOf(graph: Graph, id: string, input: string): ProposedTarget {
  const node = graph[id]!
  return { node: id, class: node.class_type, ...titleOf(node, graph), input }
}

/** A title is worth naming only if it identifies the node after the graph was renumbered. */
function titleOf(node: GraphNode, graph: Graph): { readonly title?: string } {
  const title = node._meta?.title
  if (title === undefined || title === node.class_type) return {}
  const same = Object.values(graph).filter(
    ({ class_type, _meta }) => class_type === node.class_type && _meta?.title === title,
  )
  return same.length === 1 ? { title } : {}
}

/** The input of a node that was chosen by id alone. @throws AppError `workflow_invalid` */
function onlyInput(parameter: ParameterName, graph: Graph, id: string, name: string): string {
  const node = graph[id]
  if (node === undefined) throw workflowInvalid(name, `has no node ${quote(id)}`)
  const places = PLACES[parameter]
  const known = places.flatMap(({ input, from }) => [from?.input ?? input, input])
  const inputs = Object.keys(node.inputs).filter((input) => isPlain(node.inputs[input]))
  const input =
    known.find((one) => inputs.includes(one)) ?? (inputs.length === 1 ? inputs[0] : undefined)
  if (input !== undefined) return input
  throw workflowInvalid(
    name,
    `has several inputs in ${describeNode(id, node)}; write --set ${parameter}=${id}.INPUT with one of ${inputs.join(', ')}`,
  )
}

function sayOpen(parameter: ParameterName, found: readonly ProposedTarget[], graph: Graph): string {
  const nodes = found.map(({ node }) => describeNode(node, graph[node]!)).join(' or ')
  return `${parameter} may be ${nodes}: choose with --set ${parameter}=${found[0]?.node}.`
}
