// A ComfyUI graph in the API format, which POST /prompt takes and "Save (API Format)" writes. A Graph is known to have only nodes
// with a class and inputs, to be small and shallow, and to have no name with a special meaning in JavaScript.
import { isRecord } from '@infinitetalk/contract/plain'
import { quote, workflowInvalid } from './workflow-error.ts'

/** An input that comes from another node: the node, and the index of its output, from 0. */
export type Link = readonly [nodeId: string, output: number]

export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue }

export interface GraphNode {
  readonly class_type: string
  /** A constant, or a link. */
  readonly inputs: Readonly<Record<string, JsonValue>>
  readonly _meta?: { readonly title: string }
}

export type Graph = Readonly<Record<string, GraphNode>>

/** The largest published graphs have some 200 nodes. */
const MAX_NODES = 1000
/** Maximum number of values of one graph, including those inside lists and objects. */
const MAX_VALUES = 50_000
const MAX_DEPTH = 16
/** A prompt of the longest length allowed fits; a picture as base64 does not. */
const MAX_TEXT_CHARS = 100_000
const MAX_NAME_CHARS = 200
/** No node and no input has such a name, and every object lookup would misread it. */
const FORBIDDEN_NAMES = new Set(['__proto__', 'constructor', 'prototype'])

/**
 * @param json the parsed content of the file
 * @param name the name of the graph, for error messages
 * @throws AppError `workflow_invalid`
 */
export function parseGraph(json: unknown, name: string): Graph {
  if (!isRecord(json)) throw workflowInvalid(name, 'is not a JSON object of nodes')
  if (Array.isArray(json.nodes) && ('links' in json || 'version' in json)) {
    throw workflowInvalid(
      name,
      'is in the format of the ComfyUI editor; save it again with "Save (API Format)", in newer versions "Export (API)"',
    )
  }
  const entries = Object.entries(json)
  if (entries.length === 0) throw workflowInvalid(name, 'has no nodes')
  if (entries.length > MAX_NODES) {
    throw workflowInvalid(name, `has ${entries.length} nodes; at most ${MAX_NODES} are allowed`)
  }
  const counter = { values: 0 }
  return Object.fromEntries(entries.map(([id, node]) => [id, parseNode(id, node, name, counter)]))
}

function parseNode(
  id: string,
  node: unknown,
  name: string,
  counter: { values: number },
): GraphNode {
  checkName(id, 'a node', name)
  if (!isRecord(node) || typeof node.class_type !== 'string' || node.class_type === '') {
    throw workflowInvalid(
      name,
      `has an entry ${quote(id)} that is not a node: it has no class_type`,
    )
  }
  checkName(node.class_type, 'a class', name)
  if (!isRecord(node.inputs)) throw workflowInvalid(name, `has a node ${quote(id)} without inputs`)
  const inputs = Object.entries(node.inputs)
  for (const [input, value] of inputs) {
    checkName(input, `an input of node ${id}`, name)
    checkValue(value, `input ${quote(input)} of node ${id}`, name, counter)
  }
  const title = isRecord(node._meta) ? node._meta.title : undefined
  return {
    class_type: node.class_type,
    inputs: Object.fromEntries(inputs) as GraphNode['inputs'],
    ...(typeof title === 'string' && title.length <= MAX_NAME_CHARS ? { _meta: { title } } : {}),
  }
}

/** Not recursive: a value nested a hundred thousand levels deep is rejected without a crash. */
function checkValue(value: unknown, where: string, name: string, counter: { values: number }) {
  const waiting: { readonly value: unknown; readonly depth: number }[] = [{ value, depth: 0 }]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { value: current, depth } = next
    counter.values += 1
    if (counter.values > MAX_VALUES)
      throw workflowInvalid(name, `has more than ${MAX_VALUES} values`)
    if (depth > MAX_DEPTH) throw workflowInvalid(name, `has ${where} nested too deep`)
    if (typeof current === 'string' && current.length > MAX_TEXT_CHARS) {
      throw workflowInvalid(name, `has a text of ${current.length} characters at ${where}`)
    }
    if (typeof current === 'number' && !Number.isFinite(current)) {
      throw workflowInvalid(name, `has a number at ${where} that is not finite`)
    }
    if (current === undefined || typeof current === 'function') {
      throw workflowInvalid(name, `has a value at ${where} that is not JSON`)
    }
    if (typeof current !== 'object' || current === null) continue
    for (const [key, inner] of Object.entries(current)) {
      checkName(key, where, name)
      waiting.push({ value: inner, depth: depth + 1 })
    }
  }
}

function checkName(text: string, what: string, name: string): void {
  if (FORBIDDEN_NAMES.has(text) || text.length > MAX_NAME_CHARS || /\p{Cc}/u.test(text)) {
    throw workflowInvalid(name, `names ${what} ${quote(text)}, which is not allowed`)
  }
}

/** ComfyUI takes every list for a link; only this form is one. */
export function isLink(value: JsonValue | undefined): value is Link {
  return (
    Array.isArray(value) &&
    value.length === 2 &&
    typeof value[0] === 'string' &&
    Number.isInteger(value[1]) &&
    Number(value[1]) >= 0
  )
}

/** The name of a node in a sentence: `node 128 (WanVideoSampler, "Sampler")`. */
export function describeNode(id: string, node: GraphNode): string {
  const title = node._meta?.title
  const named = title !== undefined && title !== node.class_type ? `, ${quote(title)}` : ''
  return `node ${id} (${node.class_type}${named})`
}
