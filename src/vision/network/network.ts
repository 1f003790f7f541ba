// A neural network planned once and run often: every layer knows its arrays before the first run.
// One thread and a fixed order of additions, so the same picture gives the same numbers on every machine.
import { AppError } from '../../domain/errors.ts'
import { Arena } from './arena.ts'
import { planConvolution } from './convolution.ts'
import { planDepthwiseConvolution } from './depthwise-convolution.ts'
import type { GraphModel } from './graph-model.ts'
import { type Layer, type LayeredModel, layerModel } from './layers.ts'
import { planMaxPool } from './max-pool.ts'
import { packMatrix } from './packed-matrix.ts'
import { planPadChannels } from './pad-channels.ts'
import { elementCount, type Shape } from './shape.ts'
import { planSigmoid } from './sigmoid.ts'
import { slideWindow } from './sliding-window.ts'

export interface Network {
  /** Filled by the caller before each run: rows, columns, channels. */
  readonly input: Float32Array
  /** In the order of `outputNames`. The next run overwrites them. */
  readonly outputs: readonly Float32Array[]
  run(): void
}

interface Tensor {
  readonly shape: Shape
  readonly data: Float32Array
}

/** @param outputNames nodes of the graph whose values are wanted; only the layers they need are computed */
export function planNetwork(
  model: GraphModel,
  inputShape: Shape,
  outputNames: readonly string[],
): Network {
  const layered = layerModel(model, outputNames)
  const lastReaders = findLastReaders(layered)
  const arena = new Arena()
  const tensors = new Map<string, Tensor>()
  const tensorOf = (name: string): Tensor => {
    const tensor = tensors.get(name)
    if (tensor === undefined) throw new AppError('internal_error', `Layer ${name} is missing.`)
    return tensor
  }

  const input: Tensor = { shape: inputShape, data: arena.own(elementCount(inputShape)) }
  tensors.set(layered.inputName, input)
  const steps = layered.layers.map((layer) => {
    const source = tensorOf(layer.input)
    const shape = outputShape(layer, source.shape)
    const output: Tensor = { shape, data: arena.take(elementCount(shape)) }
    tensors.set(layer.name, output)
    const step = planLayer(arena, layer, source, output, tensorOf)
    for (const name of lastReaders.get(layer.name) ?? []) arena.giveBack(tensorOf(name).data)
    return step
  })
  return {
    input: input.data,
    outputs: layered.outputs.map((name) => tensorOf(name).data),
    run: () => {
      for (const step of steps) step()
    },
  }
}

function planLayer(
  arena: Arena,
  layer: Layer,
  { data, shape }: Tensor,
  output: Tensor,
  tensorOf: (name: string) => Tensor,
): () => void {
  switch (layer.kind) {
    case 'convolution': {
      const window = slideWindow(shape, layer.window)
      const addend = layer.addend === null ? null : tensorOf(layer.addend).data
      const matrix = packMatrix(arena, layer.weights, layer.bias, layer.slope)
      return planConvolution(arena, data, shape, window, matrix, addend, output.data)
    }
    case 'depthwise': {
      const window = slideWindow(shape, layer.window)
      return planDepthwiseConvolution(arena, data, shape, window, layer.weights, output.data)
    }
    case 'max-pool':
      return planMaxPool(arena, data, shape, output.data)
    case 'pad-channels':
      return planPadChannels(data, shape, output.shape.channels, output.data)
    case 'sigmoid':
      return planSigmoid(data, output.data)
  }
}

function outputShape(layer: Layer, input: Shape): Shape {
  switch (layer.kind) {
    case 'convolution':
    case 'depthwise': {
      const { outputHeight, outputWidth } = slideWindow(input, layer.window)
      const channels = layer.kind === 'depthwise' ? input.channels : layer.bias.length
      return { height: outputHeight, width: outputWidth, channels }
    }
    case 'max-pool':
      return { ...input, height: input.height >> 1, width: input.width >> 1 }
    case 'pad-channels':
      return { ...input, channels: input.channels + layer.addedChannels }
    case 'sigmoid':
      return input
  }
}

/** For each layer: the tensors that no later layer reads, without the network's own input and outputs. */
function findLastReaders({ inputName, layers, outputs }: LayeredModel): Map<string, string[]> {
  const lastReader = new Map<string, string>()
  for (const layer of layers) {
    lastReader.set(layer.input, layer.name)
    if (layer.kind === 'convolution' && layer.addend !== null) {
      lastReader.set(layer.addend, layer.name)
    }
  }
  const readUp = new Map<string, string[]>()
  for (const [tensor, reader] of lastReader) {
    if (tensor === inputName || outputs.includes(tensor)) continue
    readUp.set(reader, [...(readUp.get(reader) ?? []), tensor])
  }
  return readUp
}
