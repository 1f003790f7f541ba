// The previews that a sampler sends over the socket: the only view of a render before its first frames are there. They are small
// and blurred, so nobody gets them once there is a finished frame.
import sharp from 'sharp'
import { FRAME_EVERY_MS, FRAME_MAX_SIDE } from '../../domain/latest-frame.ts'

const PREVIEW = 1
const PREVIEW_WITH_METADATA = 4
/** Type, and format of the picture or length of the metadata. */
const HEAD_BYTES = 8

/** The picture (JPEG or PNG) in a binary message; null in any other message. */
export function pictureOf(message: Buffer): Buffer | null {
  if (message.length <= HEAD_BYTES) return null
  const type = message.readUInt32BE(0)
  if (type === PREVIEW) return message.subarray(HEAD_BYTES)
  if (type !== PREVIEW_WITH_METADATA) return null
  const start = HEAD_BYTES + message.readUInt32BE(4)
  return start < message.length ? message.subarray(start) : null
}

export class PreviewFrames {
  readonly #onFrame: (jpeg: Uint8Array) => void
  readonly #nowMs: () => number
  #takenMs = Number.NEGATIVE_INFINITY
  #isBusy = false
  #isOver = false

  constructor(onFrame: (jpeg: Uint8Array) => void, nowMs: () => number = () => performance.now()) {
    this.#onFrame = onFrame
    this.#nowMs = nowMs
  }

  /** From now on there are better frames. */
  end(): void {
    this.#isOver = true
  }

  /** Returns when the picture is shown, or dropped: one that comes too soon, or is none. Never rejects. */
  async hear(message: Buffer): Promise<void> {
    if (this.#isOver || this.#isBusy || this.#nowMs() - this.#takenMs < FRAME_EVERY_MS) return
    const picture = pictureOf(message)
    if (picture === null) return
    this.#isBusy = true
    const size = { width: FRAME_MAX_SIDE, height: FRAME_MAX_SIDE, fit: 'inside' } as const
    const jpeg = await sharp(picture, { limitInputPixels: 16_000_000 })
      .resize({ ...size, withoutEnlargement: true })
      .jpeg({ quality: 72 })
      .toBuffer()
      .catch(() => null)
    this.#isBusy = false
    if (jpeg === null || this.#isOver) return
    this.#takenMs = this.#nowMs()
    this.#onFrame(jpeg)
  }
}
