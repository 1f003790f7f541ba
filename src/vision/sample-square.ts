// Cuts a turned square out of a picture and scales it to the input of a network. Pixels outside the picture are black.
// The loop over samples is in sample-square.wat.
import { readFileSync } from 'node:fs'
import type { RgbImage } from './rgb-image.ts'
import type { Square } from './square.ts'

/** Samples per pixel and axis when scaling down: more than 4 x 4 do not change the networks' results. */
const MAX_TAPS = 4

/** Converts a colour of 0..255 to the network's range: value * scale + offset. */
export interface ColorRange {
  readonly scale: number
  readonly offset: number
}

const PAGE_BYTES = 65_536
/** Address space only: the memory grows to the largest part of a picture that was sampled. */
const MAX_PAGES = 65_536
/** The loop reads two bytes behind a picture and writes a number behind its output. */
const SLACK_BYTES = 16

type SampleRow = (
  output: number,
  y: number,
  side: number,
  taps: number,
  firstX: number,
  firstY: number,
  stepX: number,
  stepY: number,
  picture: number,
  width: number,
  height: number,
  gain: number,
  offset: number,
) => void

let compiled: WebAssembly.Module | null = null

export class SquareSampler {
  readonly #side: number
  readonly #range: ColorRange
  readonly #pictureStart: number
  readonly #memory = new WebAssembly.Memory({ initial: 1, maximum: MAX_PAGES, shared: true })
  readonly #sampleRow: SampleRow

  /** @param side of the network's input in pixels */
  constructor(side: number, range: ColorRange) {
    this.#side = side
    this.#range = range
    this.#pictureStart = side * side * 3 * Float32Array.BYTES_PER_ELEMENT + SLACK_BYTES
    compiled ??= new WebAssembly.Module(
      readFileSync(new URL('./sample-square.wasm', import.meta.url)),
    )
    const { exports } = new WebAssembly.Instance(compiled, { picture: { memory: this.#memory } })
    this.#sampleRow = exports.sampleRow as SampleRow
  }

  /**
   * The side * side pixels of three numbers, row by row in the square's own axes; valid until the next call.
   * Each is the mean of bilinear samples spread evenly over the area that the pixel covers in the picture.
   */
  sample(image: RgbImage, square: Square): Float32Array {
    const side = this.#side
    const pixel = (2 * square.halfSide) / side
    const taps = Math.max(1, Math.min(MAX_TAPS, Math.round(pixel)))
    const stepX = (Math.cos(square.rotation) * pixel) / taps
    const stepY = (Math.sin(square.rotation) * pixel) / taps
    // Pixel centres lie at half coordinates; subtracting the half makes whole numbers index pixels.
    const first = -(side * taps - 1) / 2
    const firstX = square.centerX - 0.5 + first * stepX - first * stepY
    const firstY = square.centerY - 0.5 + first * stepY + first * stepX
    const picture = this.#placePicture(image, square)
    const gain = this.#range.scale / (taps * taps)
    const rowBytes = side * 3 * Float32Array.BYTES_PER_ELEMENT
    // A call for each row: between calls V8 replaces its first, slow code by better code.
    for (let y = 0; y < side; y++) {
      this.#sampleRow(
        y * rowBytes,
        y,
        side,
        taps,
        firstX,
        firstY,
        stepX,
        stepY,
        picture,
        image.width,
        image.height,
        gain,
        this.#range.offset,
      )
    }
    return new Float32Array(this.#memory.buffer, 0, side * side * 3)
  }

  /** Copies the rows that the square reaches. @returns where row 0 would be */
  #placePicture({ data, width, height }: RgbImage, square: Square): number {
    const { centerY, halfSide, rotation } = square
    const reach = halfSide * (Math.abs(Math.cos(rotation)) + Math.abs(Math.sin(rotation)))
    const row = (y: number): number => Math.max(0, Math.min(height, Math.floor(y)))
    // A sample above or below the picture shows its first or last two rows.
    const top = row(Math.min(centerY - reach - 1, height - 2))
    const bottom = row(Math.max(centerY + reach + 3, 2))
    const rowBytes = width * 3
    const rows = data.subarray(top * rowBytes, bottom * rowBytes)
    const missing = this.#pictureStart + rows.length + SLACK_BYTES - this.#memory.buffer.byteLength
    if (missing > 0) this.#memory.grow(Math.ceil(missing / PAGE_BYTES))
    new Uint8Array(this.#memory.buffer, this.#pictureStart, rows.length).set(rows)
    return this.#pictureStart - top * rowBytes
  }
}
