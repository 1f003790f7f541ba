// The node classes of a ComfyUI server (GET /object_info), reduced to what a graph can be checked against. Node packs write all
// sorts of things there: anything unknown counts as "accepts anything", so that it never rejects a graph.
import { isRecord } from '@infinitetalk/contract/plain'
import { AppError } from '../domain/errors.ts'

export interface InputSpec {
  readonly required: boolean
  /** `INT`, `IMAGE,MASK`, `COMBO` for a choice, `*` for anything. */
  readonly type: string
  /** The values of a choice; null for other inputs, and for a list that does not say what is accepted. */
  readonly options: readonly unknown[] | null
  readonly min: number | null
  readonly max: number | null
  /** Inputs that exist while this one has a certain value: by the value, then by full name. */
  readonly further: ReadonlyMap<string, Inputs>
  /** Has inputs of its own whose names begin with this one's and a dot. */
  readonly growing: boolean
}

export type Inputs = ReadonlyMap<string, InputSpec>

export interface NodeClass {
  readonly inputs: Inputs
  /** Set by the server or by the editor: never missing, never unknown. */
  readonly hidden: ReadonlySet<string>
  /** The type of each output. */
  readonly outputs: readonly string[]
  /** Gives a result of its own: ComfyUI runs only such nodes and the nodes they depend on. */
  readonly isOutput: boolean
}

/** By class name. */
export type ObjectInfo = ReadonlyMap<string, NodeClass>

const ANYTHING = '*'
const CHOICE = 'COMBO'
/** Newer node classes: a choice that brings inputs of its own, and an input that accepts what others accept. */
const DYNAMIC_CHOICE = 'COMFY_DYNAMICCOMBO_V3'
const SAME_TYPE = 'COMFY_MATCHTYPE_V3'
/** Lists of uploaded files, of a remote service or of several values at once: they do not say what is accepted. */
const OPEN_LISTS = ['image_upload', 'audio_upload', 'video_upload', 'remote', 'multiselect']

/** @throws AppError `engine_unreachable` when this is not the answer of a ComfyUI server */
export function parseObjectInfo(json: unknown): ObjectInfo {
  const classes = new Map<string, NodeClass>()
  for (const [name, value] of isRecord(json) ? Object.entries(json) : []) {
    if (isRecord(value) && 'input' in value) classes.set(name, parseClass(value))
  }
  if (classes.size > 0) return classes
  throw new AppError('engine_unreachable', 'The server is not ComfyUI: it lists no nodes.')
}

function parseClass(json: Readonly<Record<string, unknown>>): NodeClass {
  const groups = isRecord(json.input) ? json.input : {}
  return {
    inputs: parseInputs(groups, ''),
    hidden: new Set(isRecord(groups.hidden) ? Object.keys(groups.hidden) : []),
    outputs: listOf(json.output).map((type) => (typeof type === 'string' ? plainType(type) : '*')),
    isOutput: json.output_node === true,
  }
}

function parseInputs(groups: Readonly<Record<string, unknown>>, prefix: string): Inputs {
  const inputs = new Map<string, InputSpec>()
  for (const group of ['required', 'optional']) {
    const members = groups[group]
    if (!isRecord(members)) continue
    for (const [name, json] of Object.entries(members)) {
      const full = `${prefix}${name}`
      inputs.set(full, parseInput(full, listOf(json), group === 'required'))
    }
  }
  return inputs
}

function parseInput(
  name: string,
  [type, settings]: readonly unknown[],
  required: boolean,
): InputSpec {
  const more = isRecord(settings) ? settings : {}
  const input = {
    required,
    type: ANYTHING,
    options: null,
    min: typeof more.min === 'number' ? more.min : null,
    max: typeof more.max === 'number' ? more.max : null,
    further: parseFormats(more.formats),
    growing: false,
  }
  const open = OPEN_LISTS.some((flag) => more[flag] !== undefined && more[flag] !== false)
  if (Array.isArray(type)) return { ...input, type: CHOICE, options: open ? null : type }
  if (typeof type !== 'string') return input
  if (type === CHOICE) {
    const options = Array.isArray(more.options) && !open ? more.options : null
    return { ...input, type: CHOICE, options }
  }
  if (type === DYNAMIC_CHOICE) return { ...input, ...parseDynamicChoice(name, more) }
  if (type === SAME_TYPE) {
    const allowed = isRecord(more.template) ? more.template.allowed_types : undefined
    return { ...input, type: typeof allowed === 'string' ? allowed : ANYTHING }
  }
  // A list of inputs that grows as it is filled: only its members have values, and none of them is required.
  if (type.startsWith('COMFY_')) return { ...input, required: false, growing: true }
  return { ...input, type }
}

function parseDynamicChoice(name: string, more: Readonly<Record<string, unknown>>) {
  const choices = listOf(more.options).filter(isRecord)
  const further = new Map(
    choices.map(({ key, inputs }) => [
      String(key),
      parseInputs(isRecord(inputs) ? inputs : {}, `${name}.`),
    ]),
  )
  return { type: CHOICE, options: [...further.keys()], further }
}

/** VideoHelperSuite: the inputs of each video format, as `[name, type or list, settings]`; those left out have a default. */
function parseFormats(json: unknown): ReadonlyMap<string, Inputs> {
  if (!isRecord(json)) return new Map()
  return new Map(
    Object.entries(json).map(([format, inputs]) => [
      format,
      new Map(
        listOf(inputs).flatMap((input) => {
          const [name, ...rest] = listOf(input)
          return typeof name === 'string' ? [[name, parseInput(name, rest, false)]] : []
        }),
      ),
    ]),
  )
}

function plainType(type: string): string {
  return type.startsWith('COMFY_') ? ANYTHING : type
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
