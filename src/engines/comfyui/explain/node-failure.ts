// A node that failed, as far as an explanation reads it: which one, what it was given, what it raised. Everything in it comes
// from a server that may be of any version, so nothing is believed to be there.
import { isRecord } from '@infinitetalk/contract/plain'
import { describeNode, type Graph, type GraphNode } from '../../../workflow/graph.ts'
import { firstLine } from './first-line.ts'

/** As the hub shows it. */
export interface NodeName {
  readonly id: string
  readonly type: string
}

export interface NodeFailure {
  readonly node: NodeName
  /** `node 50 (WanVideoVAELoader)` */
  readonly label: string
  /** Constants and links of the node, as the graph has them. */
  readonly inputs: GraphNode['inputs']
  readonly graph: Graph | null
  /** Qualified, as in `av.error.InvalidDataError`; empty when it was not told. */
  readonly exceptionType: string
  /** All that was said, up to a bound. For matching only: it may name folders of the server. */
  readonly message: string
  /** Its first line, fit to be shown. */
  readonly said: string
}

/** Stands for the class of a node that neither the server nor the graph tells. */
export const UNKNOWN_CLASS = 'unknown class'

const MAX_MESSAGE_CHARS = 4000
const MAX_NAME_CHARS = 100

/** @param message the data of an `execution_error`, from the socket or from the messages of a history entry */
export function readNodeFailure(message: unknown, graph: Graph | null): NodeFailure {
  const data = isRecord(message) ? message : {}
  const text = textOf(data.exception_message).slice(0, MAX_MESSAGE_CHARS)
  const { node, label, given } = nameNode(textOf(data.node_id), textOf(data.node_type), graph)
  return {
    node,
    label,
    inputs: given?.inputs ?? {},
    graph,
    exceptionType: textOf(data.exception_type).slice(0, 200),
    message: text,
    said: firstLine(text),
  }
}

/** @param type as the server says it; empty where it does not, and the graph may know */
export function nameNode(id: string, type: string, graph: Graph | null) {
  const given = findNode(graph, id)
  const node: NodeName = {
    id: oneWord(id),
    type: oneWord(type === '' ? (given?.class_type ?? UNKNOWN_CLASS) : type),
  }
  const label = describeNode(node.id, { ...given, class_type: node.type, inputs: {} })
  return { node, label, given }
}

function oneWord(name: string): string {
  return name
    .slice(0, MAX_NAME_CHARS)
    .replaceAll(/\p{Cc}/gu, '?')
    .toWellFormed()
}

/** A node that another one made while it ran is named `128.0.0.2` or `128:2`: what the graph knows is the one that made it. */
function findNode(graph: Graph | null, id: string): GraphNode | undefined {
  if (graph === null) return undefined
  const maker = id.split(/[.:]/)[0] ?? id
  const known = [id, maker].find((name) => Object.hasOwn(graph, name))
  return known === undefined ? undefined : graph[known]
}

const MODEL_FILE = /\.(safetensors|sft|gguf|ckpt|pth?|bin|onnx)$/i
const MODEL_INPUT = /^(model|model_name|vae_name|lora|clip_name\d?|unet_name|name)$/

/** The model that the node was given; null when it names none. */
export function modelOf(inputs: GraphNode['inputs']): string | null {
  const texts = Object.entries(inputs).flatMap(([name, value]) =>
    typeof value === 'string' ? [{ name, value }] : [],
  )
  const model =
    texts.find(({ value }) => MODEL_FILE.test(value)) ??
    texts.find(({ name }) => MODEL_INPUT.test(name))
  return model?.value ?? null
}

export function isModelFile(value: string): boolean {
  return MODEL_FILE.test(value)
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  return typeof value === 'number' ? String(value) : ''
}
