// The functions of network-kernel.wat on one memory. Arrays are given by where they begin in it; all numbers are bytes, except
// counts of pixels, rows and segments.
import { readFileSync } from 'node:fs'

export interface NetworkKernel {
  multiplyPixels(
    input: number,
    pixels: number,
    pixelStep: number,
    segment: number,
    segments: number,
    segmentStep: number,
    weights: number,
    bias: number,
    slope: number,
    addend: number,
    output: number,
    outputStep: number,
  ): void
  convolveChannels(
    input: number,
    rowStep: number,
    pixelStep: number,
    stepX: number,
    stepY: number,
    weights: number,
    output: number,
    width: number,
    height: number,
  ): void
  poolMaximum(
    input: number,
    rowStep: number,
    pixelStep: number,
    output: number,
    width: number,
    height: number,
  ): void
  copyRows(
    from: number,
    fromStep: number,
    to: number,
    toStep: number,
    bytes: number,
    rows: number,
  ): void
}

let compiled: WebAssembly.Module | null = null

export function createNetworkKernel(memory: WebAssembly.Memory): NetworkKernel {
  compiled ??= new WebAssembly.Module(
    readFileSync(new URL('./network-kernel.wasm', import.meta.url)),
  )
  const { exports } = new WebAssembly.Instance(compiled, { network: { memory } })
  return exports as unknown as NetworkKernel
}
