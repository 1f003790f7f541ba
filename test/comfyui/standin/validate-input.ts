// Checks one input of one node against its declaration: present, well linked, of the right type, in range, in the list. The texts
// are those of the recorded servers.
import type { Link } from './graph.ts'
import { comboOptions, type InputSpec } from './object-info.ts'
import { pythonRepr, pythonText, pythonTypeName } from './python-text.ts'

export interface InputError {
  readonly type: string
  readonly message: string
  readonly details: string
  readonly extra_info: Readonly<Record<string, unknown>>
}

/** A list longer than this is only counted in the message. */
const MAX_LISTED = 20

export function requiredInputMissing(name: string): InputError {
  return {
    type: 'required_input_missing',
    message: 'Required input is missing',
    details: name,
    extra_info: { input_name: name },
  }
}

export function badLink(name: string, spec: InputSpec, value: unknown): InputError {
  return {
    type: 'bad_linked_input',
    message: 'Bad linked input, must be a length-2 list of [node_id, slot_index]',
    details: name,
    extra_info: { input_name: name, input_config: spec, received_value: value },
  }
}

export function checkLinkType(
  name: string,
  spec: InputSpec,
  link: Link,
  received: unknown,
): InputError | null {
  const [wanted] = spec
  if (typeof wanted !== 'string' || typeof received !== 'string') return null
  if (wanted === '*' || received === '*') return null
  const accepted = new Set(wanted.split(','))
  if (received.split(',').some((type) => accepted.has(type))) return null
  return {
    type: 'return_type_mismatch',
    message: 'Return type mismatch between linked nodes',
    details: `${name}, received_type(${received}) mismatch input_type(${wanted})`,
    extra_info: {
      input_name: name,
      input_config: spec,
      received_type: received,
      linked_node: [link.nodeId, link.slot],
    },
  }
}

/** A constant: converted first, then checked against range and list, unless the node checks the value itself. */
export function checkConstant(
  name: string,
  spec: InputSpec,
  given: unknown,
  ownCheck: boolean,
): InputError | null {
  const value = unwrap(given)
  const converted = convert(spec[0], value)
  if ('problem' in converted) {
    return {
      type: 'invalid_input_type',
      message: `Failed to convert an input value to a ${String(spec[0])} value`,
      details: `${name}, ${pythonText(value)}, ${converted.problem}`,
      extra_info: {
        input_name: name,
        input_config: spec,
        received_value: value,
        exception_message: converted.problem,
      },
    }
  }
  return ownCheck
    ? null
    : (checkRange(name, spec, converted.value) ?? checkList(name, spec, converted.value))
}

/** A literal list is wrapped, because a list of two would be a link. */
function unwrap(value: unknown): unknown {
  return typeof value === 'object' && value !== null && '__value__' in value
    ? value.__value__
    : value
}

type Converted = { readonly value: unknown } | { readonly problem: string }

function convert(type: InputSpec[0], value: unknown): Converted {
  if (type === 'INT') return toNumber(value, /^\s*[+-]?\d+\s*$/, integerProblem, Math.trunc)
  if (type === 'FLOAT') return toNumber(value, FLOAT_TEXT, floatProblem, (number) => number)
  return { value }
}

const FLOAT_TEXT = /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i

function toNumber(
  value: unknown,
  pattern: RegExp,
  problem: (value: unknown) => string,
  finish: (number: number) => number,
): Converted {
  if (typeof value === 'number') return { value: finish(value) }
  if (typeof value === 'boolean') return { value: value ? 1 : 0 }
  if (typeof value === 'string' && pattern.test(value)) return { value: finish(Number(value)) }
  return { problem: problem(value) }
}

function integerProblem(value: unknown): string {
  return typeof value === 'string'
    ? `invalid literal for int() with base 10: ${pythonRepr(value)}`
    : `int() argument must be a string, a bytes-like object or a real number, not '${pythonTypeName(value)}'`
}

function floatProblem(value: unknown): string {
  return typeof value === 'string'
    ? `could not convert string to float: ${pythonRepr(value)}`
    : `float() argument must be a string or a real number, not '${pythonTypeName(value)}'`
}

function checkRange(name: string, spec: InputSpec, value: unknown): InputError | null {
  const { min, max } = spec[1] ?? {}
  if (typeof value !== 'number') return null
  const extra = { input_name: name, input_config: spec, received_value: value }
  if (min !== undefined && value < min) {
    const message = `Value ${value} smaller than min of ${min}`
    return { type: 'value_smaller_than_min', message, details: name, extra_info: extra }
  }
  if (max !== undefined && value > max) {
    const message = `Value ${value} bigger than max of ${max}`
    return { type: 'value_bigger_than_max', message, details: name, extra_info: extra }
  }
  return null
}

function checkList(name: string, spec: InputSpec, value: unknown): InputError | null {
  const options = comboOptions(spec)
  if (options === null || options.includes(value)) return null
  const long = options.length > MAX_LISTED
  const list = long ? `(list of length ${options.length})` : pythonRepr(options)
  return {
    type: 'value_not_in_list',
    message: 'Value not in list',
    details: `${name}: ${pythonRepr(value)} not in ${list}`,
    extra_info: {
      input_name: name,
      input_config: long ? null : spec,
      received_value: value,
    },
  }
}
