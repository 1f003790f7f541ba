// Cuts a turned square out of a picture and scales it to the input of a network. Pixels outside the picture are black.
import type { RgbImage } from './rgb-image.ts'
import type { Square } from './square.ts'

/** Samples per pixel and axis when scaling down: more than 4 x 4 do not change the networks' results. */
const MAX_TAPS = 4

/** Converts a colour of 0..255 to the network's range: value * scale + offset. */
export interface ColorRange {
  readonly scale: number
  readonly offset: number
}

/**
 * Fills `output` with side * side pixels of three numbers, row by row in the square's own axes.
 * Each is the mean of bilinear samples spread evenly over the area that the pixel covers in the picture.
 */
export function sampleSquare(
  image: RgbImage,
  square: Square,
  side: number,
  { scale, offset }: ColorRange,
  output: Float32Array,
): void {
  const { data, width, height } = image
  const pixel = (2 * square.halfSide) / side
  const taps = Math.max(1, Math.min(MAX_TAPS, Math.round(pixel)))
  const stepX = (Math.cos(square.rotation) * pixel) / taps
  const stepY = (Math.sin(square.rotation) * pixel) / taps
  // Pixel centres lie at half coordinates; subtracting the half makes whole numbers index pixels.
  const first = -(side * taps - 1) / 2
  const originX = square.centerX - 0.5 + first * stepX - first * stepY
  const originY = square.centerY - 0.5 + first * stepY + first * stepX
  const maxX = width - 1.001
  const maxY = height - 1.001
  const gain = scale / (taps * taps)
  const rowLength = width * 3
  let at = 0
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++, at += 3) {
      let red = 0
      let green = 0
      let blue = 0
      for (let tapY = y * taps; tapY < (y + 1) * taps; tapY++) {
        for (let tapX = x * taps; tapX < (x + 1) * taps; tapX++) {
          const u = originX + tapX * stepX - tapY * stepY
          const v = originY + tapX * stepY + tapY * stepX
          if (u < -1 || v < -1 || u > width || v > height) continue
          const insideX = Math.min(Math.max(u, 0), maxX)
          const insideY = Math.min(Math.max(v, 0), maxY)
          const column = Math.trunc(insideX)
          const row = Math.trunc(insideY)
          const right = insideX - column
          const below = insideY - row
          const weightA = (1 - right) * (1 - below)
          const weightB = right * (1 - below)
          const weightC = (1 - right) * below
          const weightD = right * below
          const a = row * rowLength + column * 3
          const c = a + rowLength
          red += data[a]! * weightA + data[a + 3]! * weightB
          red += data[c]! * weightC + data[c + 3]! * weightD
          green += data[a + 1]! * weightA + data[a + 4]! * weightB
          green += data[c + 1]! * weightC + data[c + 4]! * weightD
          blue += data[a + 2]! * weightA + data[a + 5]! * weightB
          blue += data[c + 2]! * weightC + data[c + 5]! * weightD
        }
      }
      output[at] = red * gain + offset
      output[at + 1] = green * gain + offset
      output[at + 2] = blue * gain + offset
    }
  }
}
