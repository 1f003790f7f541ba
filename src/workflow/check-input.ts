// Checks whether the class of a node accepts one of its inputs on a given server, by the rules of ComfyUI's own validation: links
// by type only, constants by list and by range; a step is never enforced, and a number may be written as text.
import { didYouMean, isRecord } from '@infinitetalk/contract/plain'
import { type Graph, isLink, type JsonValue } from './graph.ts'
import type { GraphProblem } from './graph-problem.ts'
import { modelFolder } from './model-folders.ts'
import type { InputSpec, ObjectInfo } from './object-info.ts'
import { quote } from './workflow-error.ts'

/** The problem, without the place: `what` continues the sentence after the name of the node. */
export type InputProblem = Pick<GraphProblem, 'kind' | 'advice'> & { readonly what: string }

/** File lists that hold uploads only, or only those at the top of the input folder. */
const UPLOADED =
  /^(Load(Image|ImageMask|ImageOutput|Audio|Video)|VHS_Load\w*)\.(image|audio|video|file)$/
const MAX_NAMED = 8

/** The surroundings that an input is checked against. */
export interface CheckSurroundings {
  readonly graph: Graph
  readonly objectInfo: ObjectInfo
  readonly adviseModel: AdviseModel
}

/** The way to get a model file that a server does not see, in one sentence; null for an unknown file. */
export type AdviseModel = (file: string) => string | null

export function checkInput(
  classType: string,
  input: string,
  value: JsonValue,
  spec: InputSpec,
  { graph, objectInfo, adviseModel }: CheckSurroundings,
): InputProblem | null {
  if (isLink(value)) return checkLink(input, value, spec, graph, objectInfo)
  if (Array.isArray(value)) {
    return {
      kind: 'link_broken',
      what: `has ${quote(input)} as a list that is not a link`,
      advice:
        'Write a link as ["node id", output number], a list of values as {"__value__": [...]}.',
    }
  }
  const constant = isRecord(value) && '__value__' in value ? value.__value__ : value
  if (spec.options !== null) {
    if (UPLOADED.test(`${classType}.${input}`) || spec.options.includes(constant)) return null
    return explainUnlisted(classType, input, constant, spec.options, adviseModel)
  }
  return spec.type === 'INT' || spec.type === 'FLOAT' ? checkNumber(input, constant, spec) : null
}

function checkLink(
  input: string,
  [from, output]: readonly [string, number],
  spec: InputSpec,
  graph: Graph,
  objectInfo: ObjectInfo,
): InputProblem | null {
  const source = Object.hasOwn(graph, from) ? graph[from] : undefined
  if (source === undefined) {
    return {
      kind: 'link_broken',
      what: `takes ${quote(input)} from node ${quote(from)}, which does not exist`,
      advice: 'Save the workflow again from ComfyUI, or correct the link.',
    }
  }
  const outputs = objectInfo.get(source.class_type)?.outputs
  if (outputs === undefined) return null
  const type = outputs[output]
  if (type === undefined) {
    return {
      kind: 'link_broken',
      what: `takes ${quote(input)} from output ${output} of node ${from}, but a ${source.class_type} has ${countOf(outputs)} here`,
      advice: 'Correct the link, or update the node pack: outputs are added over time.',
    }
  }
  if (spec.options !== null || typesMeet(type, spec.type)) return null
  return {
    kind: 'link_type',
    what: `takes ${spec.type} as ${quote(input)}, but node ${from} (${source.class_type}) gives ${type}`,
    advice: 'Link another output.',
  }
}

function countOf(outputs: readonly unknown[]): string {
  return outputs.length === 1 ? '1 output' : `${outputs.length} outputs`
}

/** Each side may be several types, joined by commas; one in common is enough. */
function typesMeet(given: string, taken: string): boolean {
  const left = given.split(',').map((type) => type.trim())
  const right = new Set(taken.split(',').map((type) => type.trim()))
  return right.has('*') || left.some((type) => type === '*' || right.has(type))
}

function checkNumber(input: string, value: unknown, spec: InputSpec): InputProblem | null {
  const number = typeof value === 'string' && value.trim() === '' ? Number.NaN : toNumber(value)
  if (Number.isNaN(number)) {
    return {
      kind: 'value_invalid',
      what: `has ${quote(input)} = ${shown(value)}, which is not a number`,
      advice: 'Give a number.',
    }
  }
  const { min, max } = spec
  if ((min === null || number >= min) && (max === null || number <= max)) return null
  const limit = min !== null && number < min ? `at least ${min}` : `at most ${max}`
  return {
    kind: 'value_out_of_range',
    what: `has ${quote(input)} = ${number}, but it must be ${limit}`,
    advice: 'Give a value within the limits.',
  }
}

function toNumber(value: unknown): number {
  return ['string', 'number', 'boolean'].includes(typeof value) ? Number(value) : Number.NaN
}

function explainUnlisted(
  classType: string,
  input: string,
  value: unknown,
  options: readonly unknown[],
  adviseModel: AdviseModel,
): InputProblem {
  const folder = modelFolder(classType, input, value)
  if (folder !== undefined) return explainMissingModel(value, options, folder, adviseModel)
  const names = options.map(String)
  const meant = didYouMean(String(value), names)
  const named = names.slice(0, MAX_NAMED).join(', ')
  return {
    kind: 'value_unlisted',
    what: `has ${quote(input)} = ${shown(value)}, which is not one of its values here`,
    advice:
      meant !== null
        ? `Perhaps ${quote(meant)} is meant.`
        : `Choose one of: ${named}${names.length > MAX_NAMED ? ' and others' : ''}.`,
  }
}

/** Often the file exists in a subfolder: ComfyUI then wants the subfolder as part of the name. */
function explainMissingModel(
  value: unknown,
  options: readonly unknown[],
  folder: string,
  adviseModel: AdviseModel,
): InputProblem {
  const elsewhere = options.find(
    (option) => typeof option === 'string' && baseName(option) === baseName(String(value)),
  )
  return {
    kind: 'model_missing',
    what: `needs the model ${shown(value)}, which ComfyUI does not see in its folder ${folder}`,
    advice:
      elsewhere === undefined
        ? (adviseModel(baseName(String(value))) ??
          `No list of models knows the file: put it into the folder ${folder} of ComfyUI.`)
        : `ComfyUI has it as ${shown(elsewhere)}: write that in the workflow, or move the file.`,
  }
}

function baseName(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path
}

function shown(value: unknown): string {
  return quote(typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing'))
}
