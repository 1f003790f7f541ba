// Reads a TensorFlow.js graph model (a JSON topology and a file of raw weights) into named nodes and constants.
// Only shipped, checksummed models are read here, so a malformed file is a damaged installation, not bad input.
import { readFile } from 'node:fs/promises'
import { AppError } from '../../domain/errors.ts'
import { widenHalfFloats } from './half-float.ts'

export interface GraphNode {
  readonly name: string
  readonly op: string
  /** Names of the nodes it reads, without output numbers. */
  readonly inputs: readonly string[]
  readonly strides: readonly number[]
  readonly windowSize: readonly number[]
  readonly padding: string
  /** Operations that TensorFlow has already folded into a convolution, e.g. `BiasAdd`, `Prelu`. */
  readonly fusedOps: readonly string[]
}

export interface Constant {
  readonly shape: readonly number[]
  readonly values: Float32Array | Int32Array
}

export interface GraphModel {
  readonly nodes: ReadonlyMap<string, GraphNode>
  readonly constants: ReadonlyMap<string, Constant>
}

/** The parts of the file format that are read. Integers are decimal strings and strings base64, as protobuf writes JSON. */
interface ModelJson {
  readonly modelTopology: { readonly node: readonly NodeJson[] }
  readonly weightsManifest: readonly { readonly weights: readonly WeightJson[] }[]
}

interface NodeJson {
  readonly name: string
  readonly op: string
  readonly input?: readonly string[]
  readonly attr?: {
    readonly strides?: { readonly list: { readonly i: readonly string[] } }
    readonly ksize?: { readonly list: { readonly i: readonly string[] } }
    readonly padding?: { readonly s: string }
    readonly fused_ops?: { readonly list: { readonly s?: readonly string[] } }
  }
}

interface WeightJson {
  readonly name: string
  readonly shape: readonly number[]
  readonly dtype: string
  readonly quantization?: { readonly dtype: string }
}

/** Reads `<basePath>.json` and `<basePath>.bin`. */
export async function loadGraphModel(basePath: string, signal?: AbortSignal): Promise<GraphModel> {
  const options = signal === undefined ? {} : { signal }
  const [text, weights] = await Promise.all([
    readFile(`${basePath}.json`, { encoding: 'utf8', ...options }),
    readFile(`${basePath}.bin`, options),
  ])
  const json = JSON.parse(text) as ModelJson
  return {
    nodes: new Map(json.modelTopology.node.map((node) => [node.name, readNode(node)])),
    constants: readConstants(
      json.weightsManifest.flatMap((group) => group.weights),
      weights,
    ),
  }
}

function readNode({ name, op, input = [], attr = {} }: NodeJson): GraphNode {
  return {
    name,
    op,
    inputs: input.map((reference) => reference.replace(/:\d+$/, '')),
    strides: attr.strides?.list.i.map(Number) ?? [],
    windowSize: attr.ksize?.list.i.map(Number) ?? [],
    padding: attr.padding === undefined ? '' : decodeText(attr.padding.s),
    fusedOps: attr.fused_ops?.list.s?.map(decodeText) ?? [],
  }
}

function decodeText(base64: string): string {
  return Buffer.from(base64, 'base64').toString('utf8')
}

/** The weights lie in the file one after another, in the order of the manifest, little-endian like every machine we run on. */
function readConstants(manifest: readonly WeightJson[], file: Buffer): Map<string, Constant> {
  const constants = new Map<string, Constant>()
  let offset = 0
  for (const { name, shape, dtype, quantization } of manifest) {
    const format = quantization?.dtype ?? dtype
    const count = shape.reduce((product, side) => product * side, 1)
    const byteLength = count * (format === 'float16' ? 2 : 4)
    if (offset + byteLength > file.length) {
      throw new AppError('internal_error', 'A shipped face model is incomplete: reinstall.')
    }
    // Copied, because a typed array needs aligned numbers and the file does not align them.
    const bytes = new Uint8Array(file.subarray(offset, offset + byteLength)).buffer
    constants.set(name, { shape, values: readNumbers(bytes, format) })
    offset += byteLength
  }
  return constants
}

function readNumbers(bytes: ArrayBuffer, format: string): Float32Array | Int32Array {
  switch (format) {
    case 'float16':
      return widenHalfFloats(new Uint16Array(bytes))
    case 'float32':
      return new Float32Array(bytes)
    case 'int32':
      return new Int32Array(bytes)
    default:
      throw new AppError('internal_error', `A face model has weights of the format ${format}.`)
  }
}
