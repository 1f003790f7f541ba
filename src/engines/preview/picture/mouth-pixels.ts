// The colours of a picture by places in the mouth's own coordinates (see MouthFrame).
import type { RgbImage } from '../../../vision/rgb-image.ts'
import type { MouthFrame } from '../rig/mouth-frame.ts'

/** A colour is the mean of three places side by side: a single one would draw a streak. */
const NEIGHBOURS = [-0.03, 0, 0.03] as const

export class MouthPixels {
  readonly #picture: RgbImage
  readonly #scale: number
  readonly #mouth: MouthFrame

  /** @param scale pixels of the picture for one of the mouth's */
  constructor(picture: RgbImage, scale: number, mouth: MouthFrame) {
    this.#picture = picture
    this.#scale = scale
    this.#mouth = mouth
  }

  at(across: number, down: number): number[] {
    const color = [0, 0, 0]
    this.read(across, down, color)
    return color
  }

  /** Writes red, green and blue to `color`, from 0 to 255. */
  read(across: number, down: number, color: number[]): void {
    const { data, width, height } = this.#picture
    const { centerX, centerY, axisX, axisY, halfWidth } = this.#mouth
    color.fill(0)
    for (const aside of NEIGHBOURS) {
      const x = centerX + ((across + aside) * axisX - down * axisY) * halfWidth
      const y = centerY + ((across + aside) * axisY + down * axisX) * halfWidth
      const column = Math.min(width - 1, Math.max(0, Math.floor(x * this.#scale)))
      const row = Math.min(height - 1, Math.max(0, Math.floor(y * this.#scale)))
      const at = (row * width + column) * 3
      for (let channel = 0; channel < 3; channel++) {
        color[channel]! += data[at + channel]! / NEIGHBOURS.length
      }
    }
  }
}
