// Puts the values of one job into a graph. The template stays unchanged: no job sees the values of another one.
import type { LoraSpec } from '@infinitetalk/contract'
import type { Target } from './bindings.ts'
import { type Graph, type GraphNode, isLink, type JsonValue, type Link } from './graph.ts'
import { PARAMETER_NAMES, type ParameterName, type ParameterValues } from './parameters.ts'
import type { Template } from './template.ts'

const LORA_CLASS = 'WanVideoLoraSelect'
/** A node of ComfyUI itself: it takes the model and passes it on, where the class above only makes a list for the loader. */
const CORE_LORA_CLASS = 'LoraLoaderModelOnly'
const FIRST_NEW_ID = 1001

/** A new graph with the values set. Values without a binding are not set: see unboundParameters(). */
export function bind(template: Template, values: ParameterValues): Graph {
  const nodes = new Map(Object.entries(template.graph))
  for (const [parameter, targets] of template.bindings) {
    const value = values[parameter]
    if (value === undefined) continue
    for (const target of targets) {
      if (typeof value === 'object') addLoras(nodes, target, value)
      else setInput(nodes, target, value)
    }
  }
  return Object.fromEntries(nodes)
}

/** Names of given values that this workflow has no input for. A requested option must not be dropped silently. */
export function unboundParameters(
  template: Template,
  values: ParameterValues,
): readonly ParameterName[] {
  return PARAMETER_NAMES.filter((name) => {
    const value = values[name]
    const given = value !== undefined && !(typeof value === 'object' && value.length === 0)
    return given && !template.bindings.has(name)
  })
}

function setInput(
  nodes: Map<string, GraphNode>,
  { nodeId, input }: Target,
  value: JsonValue,
): void {
  const node = nodes.get(nodeId)!
  nodes.set(nodeId, { ...node, inputs: { ...node.inputs, [input]: value } })
}

/** Each LoRA node takes the previous one; the last one takes the place of the graph's own chain. */
function addLoras(nodes: Map<string, GraphNode>, target: Target, loras: readonly LoraSpec[]): void {
  let last = nodes.get(target.nodeId)!.inputs[target.input]
  const merge = firstMergeChoice(nodes)
  for (const lora of loras) {
    const id = freeId(nodes)
    const node = target.input === 'model' ? coreLora(lora, last) : wrapperLora(lora, last, merge)
    nodes.set(id, { ...node, _meta: { title: 'LoRA of the request' } })
    last = [id, 0] satisfies Link
  }
  if (last !== undefined) setInput(nodes, target, last)
}

function coreLora({ name, strength }: LoraSpec, last: JsonValue | undefined): GraphNode {
  const model = isLink(last) ? { model: last } : {}
  return {
    class_type: CORE_LORA_CLASS,
    inputs: { ...model, lora_name: name, strength_model: strength },
  }
}

function wrapperLora(
  { name, strength }: LoraSpec,
  last: JsonValue | undefined,
  merge_loras: boolean,
): GraphNode {
  const before = isLink(last) ? { prev_lora: last } : {}
  return {
    class_type: LORA_CLASS,
    inputs: { lora: name, strength, low_mem_load: false, merge_loras, ...before },
  }
}

/** Merged and unmerged LoRAs do not mix; merging is impossible with GGUF and coarse with fp8, so it is off by default. */
function firstMergeChoice(nodes: ReadonlyMap<string, GraphNode>): boolean {
  const first = [...nodes.values()].find((node) => node.class_type === LORA_CLASS)
  return first?.inputs.merge_loras === true
}

/** A number, like the node ids of ComfyUI's editor. */
function freeId(nodes: ReadonlyMap<string, GraphNode>): string {
  let id = FIRST_NEW_ID
  while (nodes.has(String(id))) id += 1
  return String(id)
}
