// One thing that ComfyUI's validation has against one node, as a code and a sentence. The node's class and the
// value tell apart input files of ours, models of the server and mistakes in the graph.
import type { ErrorCode } from '@infinitetalk/contract'
import { isRecord } from '@infinitetalk/contract/plain'
import { quote } from '../../../workflow/workflow-error.ts'
import { fileName, firstLine } from './first-line.ts'
import { isModelFile, type NodeName } from './node-failure.ts'

export interface Judgement {
  readonly code: ErrorCode
  /** One sentence. */
  readonly detail: string
}

type Told = Readonly<Record<string, unknown>>

const MAX_NAMED_VALUES = 8
const INPUT_LOADER = /^(VHS_)?Load(Image|Audio|Video)/

/**
 * @param error of the list `node_errors[id].errors`
 * @param label how a sentence names the node
 */
export function judgeNodeError(error: Told, node: NodeName, label: string): Judgement {
  const extra = isRecord(error.extra_info) ? error.extra_info : {}
  const input = typeof extra.input_name === 'string' ? firstLine(extra.input_name) : 'an input'
  switch (error.type) {
    case 'value_not_in_list':
      return judgeUnlisted(error, extra, input, label)
    case 'custom_validation_failed':
      return judgeByItself(error, node, label)
    case 'required_input_missing':
      return wrong(label, `lacks the input ${input}`)
    case 'return_type_mismatch': {
      const [wanted, given] = [typeOf(extra), shown(extra.received_type)]
      return wrong(
        label,
        `takes ${wanted} as ${input}, but is linked to an output of type ${given}`,
      )
    }
    case 'bad_linked_input':
      return wrong(label, `has an input ${input} that is neither a value nor a link [node, output]`)
    case 'value_smaller_than_min':
      return wrong(label, `has ${input} = ${shown(extra.received_value)}${bound(extra, 'min')}`)
    case 'value_bigger_than_max':
      return wrong(label, `has ${input} = ${shown(extra.received_value)}${bound(extra, 'max')}`)
    case 'invalid_input_type':
      return wrong(label, `takes ${typeOf(extra)} as ${input}, not ${shown(extra.received_value)}`)
    case 'exception_during_validation':
    case 'exception_during_inner_validation':
      return wrong(label, brokenLink(extra.exception_type, error) ?? refused(error))
    case 'dependency_cycle':
      return wrong(label, `is in a circle of links: ${firstLine(String(error.details ?? ''))}`)
    default:
      return wrong(label, refused(error))
  }
}

function wrong(label: string, what: string): Judgement {
  return { code: 'workflow_invalid', detail: `${capital(label)} ${what}.` }
}

function refused(error: Told): string {
  const said = saidOf(error)
  return said === '' ? 'was refused without a reason' : `was refused: ${said}`
}

/** A value that is not among those offered: a model file that is not there, else a mistake of the graph. */
function judgeUnlisted(error: Told, extra: Told, input: string, label: string): Judgement {
  const value = extra.received_value
  if (typeof value === 'string' && isModelFile(value)) {
    const detail = `${capital(label)} does not find the model ${shown(value)} (${input}): ComfyUI does not see this file.`
    return { code: 'model_missing', detail }
  }
  const [type] = listOf(extra.input_config)
  const offered = listOf(type).map(shown)
  if (offered.length === 0) return wrong(label, refused(error))
  const named = offered.slice(0, MAX_NAMED_VALUES).join(', ')
  const known = offered.length > MAX_NAMED_VALUES ? `${named} and others` : named
  return wrong(label, `has ${input} = ${shown(value)}, which is not one of ${known}`)
}

/** The node's own check. A node that loads media reports a file that is missing or outside of the input folder. */
function judgeByItself(error: Told, node: NodeName, label: string): Judgement {
  if (!INPUT_LOADER.test(node.type)) return wrong(label, refused(error))
  const path =
    typeof error.details === 'string' ? /file: (.+)$/.exec(error.details)?.[1] : undefined
  const what = path === undefined ? 'its file' : `the file ${quote(fileName(path))}`
  const detail = `${capital(label)} does not find ${what} in the input folder of ComfyUI.`
  return { code: 'engine_input_refused', detail }
}

/** Recognises the exception that Python raises when a link leads nowhere. */
function brokenLink(exceptionType: unknown, { details }: Told): string | null {
  const name = typeof details === 'string' ? /^'([^']{1,80})'$/.exec(details)?.[1] : undefined
  if (exceptionType === 'KeyError' && name !== undefined) {
    return `is linked to node ${name}, which is not in the workflow`
  }
  if (exceptionType === 'IndexError')
    return 'is linked to an output that the other node does not have'
  return null
}

function bound(extra: Told, name: 'min' | 'max'): string {
  const [, options] = listOf(extra.input_config)
  const limit = isRecord(options) ? options[name] : undefined
  if (typeof limit !== 'number')
    return name === 'min' ? ', which is too small' : ', which is too large'
  return `; the ${name === 'min' ? 'least' : 'most'} is ${limit}`
}

function typeOf(extra: Told): string {
  const [type] = listOf(extra.input_config)
  return typeof type === 'string' ? firstLine(type) : 'another type'
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

function shown(value: unknown): string {
  return quote(typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing'))
}

/** The message and the details of an error of ComfyUI, where they differ. */
export function saidOf({ message, details }: Told): string {
  const parts = [message, details].filter((part) => typeof part === 'string' && part !== '')
  return firstLine([...new Set(parts)].join(': '))
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
