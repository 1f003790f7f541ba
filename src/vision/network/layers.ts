// Turns the nodes of a graph model into the few kinds of layer this program computes, in the order to compute them.
// A convolution absorbs the residual, ReLU or PReLU that follows it: one pass instead of three.
// Only layers that the wanted outputs depend on are kept. An operation outside this list is an error, never a wrong number.
import { AppError } from '../../domain/errors.ts'
import type { Constant, GraphModel, GraphNode } from './graph-model.ts'
import type { WindowOptions } from './sliding-window.ts'

interface LayerBase {
  /** The name under which later layers read the result. */
  readonly name: string
  readonly input: string
}

export type Layer =
  | (LayerBase & {
      readonly kind: 'convolution'
      readonly window: WindowOptions
      /** kernelHeight * kernelWidth * channels rows, one column an output channel. */
      readonly weights: ArrayLike<number>
      readonly bias: ArrayLike<number>
      /** The factor for negative results, per output channel. */
      readonly slope: ArrayLike<number>
      readonly addend: string | null
    })
  | (LayerBase & {
      readonly kind: 'depthwise'
      readonly window: WindowOptions
      readonly weights: ArrayLike<number>
    })
  | (LayerBase & { readonly kind: 'max-pool' })
  | (LayerBase & { readonly kind: 'pad-channels'; readonly addedChannels: number })
  | (LayerBase & { readonly kind: 'sigmoid' })

export interface LayeredModel {
  readonly inputName: string
  readonly layers: readonly Layer[]
  /** The layer that holds each wanted output, in the order of the request. */
  readonly outputs: readonly string[]
}

export function layerModel(model: GraphModel, outputNames: readonly string[]): LayeredModel {
  return new Layering(model).run(outputNames)
}

/** A convolution together with the operations fused to it. */
interface ConvolutionChain {
  readonly convolution: GraphNode
  readonly addend: string | null
  /** Constant name of the PReLU slopes; 0 for ReLU, 1 for none. */
  readonly slope: string | 0 | 1
}

class Layering {
  readonly #model: GraphModel
  readonly #layers: Layer[] = []
  readonly #layerOfNode = new Map<string, string>()
  #inputName = ''

  constructor(model: GraphModel) {
    this.#model = model
  }

  run(outputNames: readonly string[]): LayeredModel {
    const outputs = outputNames.map((name) => this.#visit(name))
    return { inputName: this.#inputName, layers: this.#layers, outputs }
  }

  /** Makes sure that the node's layer and all it needs are listed; returns the layer's name. */
  #visit(name: string): string {
    const known = this.#layerOfNode.get(name)
    if (known !== undefined) return known
    const layer = this.#lower(this.#node(name))
    this.#layerOfNode.set(name, layer)
    return layer
  }

  #lower(node: GraphNode): string {
    switch (node.op) {
      case 'Placeholder':
        this.#inputName = node.name
        return node.name
      case 'Identity':
      case 'Reshape': // rows, columns, channels already lie in the order a flat list has
        return this.#visit(inputOf(node, 0))
      case '_FusedConv2D':
      case 'AddV2':
      case 'Relu':
      case 'Prelu':
        return this.#lowerConvolution(node)
      case 'DepthwiseConv2dNative': {
        const { shape, values } = this.#constant(inputOf(node, 1))
        if (shape[0] !== 3 || shape[1] !== 3 || shape[3] !== 1) throw unsupported(node)
        const window = windowOf(node, shape)
        return this.#add(node, { kind: 'depthwise', window, weights: values })
      }
      case 'MaxPool':
        if (node.windowSize.join() !== '1,2,2,1' || node.strides.join() !== '1,2,2,1') {
          throw unsupported(node)
        }
        return this.#add(node, { kind: 'max-pool' })
      case 'Pad': {
        const paddings = this.#constant(inputOf(node, 1)).values
        const addedChannels = paddings[7] ?? 0 // before and after, for batch, rows, columns, channels
        if (paddings.subarray(0, 7).some((count) => count !== 0)) throw unsupported(node)
        return this.#add(node, { kind: 'pad-channels', addedChannels })
      }
      case 'Sigmoid':
        return this.#add(node, { kind: 'sigmoid' })
      default:
        throw unsupported(node)
    }
  }

  #lowerConvolution(node: GraphNode): string {
    const { convolution, addend, slope } = this.#chainOf(node)
    const { shape, values } = this.#constant(inputOf(convolution, 1))
    const bias = this.#constant(inputOf(convolution, 2)).values
    const slopes =
      typeof slope === 'string'
        ? this.#constant(slope).values
        : new Float32Array(bias.length).fill(slope)
    const input = this.#visit(inputOf(convolution, 0))
    const addendLayer = addend === null ? null : this.#visit(addend)
    this.#layers.push({
      kind: 'convolution',
      name: node.name,
      input,
      addend: addendLayer,
      window: windowOf(convolution, shape),
      weights: values,
      bias,
      slope: slopes,
    })
    return node.name
  }

  /** Walks from the last operation of `activation(convolution + addend)` back to the convolution. */
  #chainOf(node: GraphNode): ConvolutionChain {
    switch (node.op) {
      case 'Relu':
        return { ...this.#linearChainOf(node), slope: 0 }
      case 'Prelu':
        return { ...this.#linearChainOf(node), slope: inputOf(node, 1) }
      case 'AddV2': {
        const terms = [this.#node(inputOf(node, 0)), this.#node(inputOf(node, 1))]
        const convolution = terms.find((term) => this.#isOnlyTermOf(term, node))
        const other = terms.find((term) => term !== convolution)
        if (convolution === undefined || other === undefined) throw unsupported(node)
        return { convolution, addend: other.name, slope: 1 }
      }
      case '_FusedConv2D': {
        const [bias, activation] = node.fusedOps
        if (bias !== 'BiasAdd') throw unsupported(node)
        if (activation === undefined) return { convolution: node, addend: null, slope: 1 }
        if (activation === 'Relu') return { convolution: node, addend: null, slope: 0 }
        if (activation !== 'Prelu') throw unsupported(node)
        return { convolution: node, addend: null, slope: inputOf(node, 3) }
      }
      default:
        throw unsupported(node)
    }
  }

  #linearChainOf(activation: GraphNode): ConvolutionChain {
    const chain = this.#chainOf(this.#node(inputOf(activation, 0)))
    if (chain.slope !== 1) throw unsupported(activation)
    return chain
  }

  /** Whether the term is a plain convolution that nothing but `sum` reads, so that the sum can be computed within it. */
  #isOnlyTermOf(term: GraphNode, sum: GraphNode): boolean {
    if (term.op !== '_FusedConv2D' || term.fusedOps.join() !== 'BiasAdd') return false
    for (const node of this.#model.nodes.values()) {
      if (node !== sum && node.inputs.includes(term.name)) return false
    }
    return true
  }

  #add(node: GraphNode, body: DistributiveOmit<Layer, keyof LayerBase>): string {
    const layer: Layer = { name: node.name, input: this.#visit(inputOf(node, 0)), ...body }
    this.#layers.push(layer)
    return node.name
  }

  #node(name: string): GraphNode {
    const node = this.#model.nodes.get(name)
    if (node === undefined) {
      throw new AppError('internal_error', `The face model has no node ${name}.`)
    }
    return node
  }

  #constant(name: string): Constant {
    const constant = this.#model.constants.get(name)
    if (constant === undefined) {
      throw new AppError('internal_error', `The face model has no constant ${name}.`)
    }
    return constant
  }
}

type DistributiveOmit<Union, Keys extends PropertyKey> = Union extends unknown
  ? Omit<Union, Keys>
  : never

function inputOf(node: GraphNode, index: number): string {
  const name = node.inputs[index]
  if (name === undefined) throw unsupported(node)
  return name
}

function windowOf(node: GraphNode, kernelShape: readonly number[]): WindowOptions {
  const [kernelHeight, kernelWidth] = kernelShape
  const [, strideY, strideX] = node.strides
  const { padding } = node
  if (kernelHeight === undefined || kernelWidth === undefined) throw unsupported(node)
  if (strideY === undefined || strideX === undefined) throw unsupported(node)
  if (padding !== 'SAME' && padding !== 'VALID') throw unsupported(node)
  return { kernelHeight, kernelWidth, strideY, strideX, padding }
}

function unsupported(node: GraphNode): AppError {
  return new AppError(
    'internal_error',
    `The face model uses ${node.op} (${node.name}) in a way this program does not compute.`,
  )
}
