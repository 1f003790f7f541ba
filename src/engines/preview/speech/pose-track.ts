// The poses of all frames of a video in one block of numbers: fifteen thousand objects for ten minutes would cost several
// times as much memory as the block.
import type { FacePose } from '../pose.ts'

const CHANNELS = [
  'jaw',
  'press',
  'wide',
  'upperLip',
  'tongue',
  'tuck',
  'blink',
  'brow',
  'gazeX',
  'gazeY',
  'yaw',
  'pitch',
  'roll',
  'shiftX',
  'shiftY',
  'breath',
] as const satisfies readonly (keyof FacePose)[]

/** One pose per frame, at FPS frames per second. */
export class PoseTrack {
  readonly length: number
  readonly #values: Float32Array

  /** A track of `length` resting poses. */
  constructor(length: number) {
    this.length = length
    this.#values = new Float32Array(length * CHANNELS.length)
  }

  /** @throws RangeError outside 0 .. length - 1 */
  at(frame: number): FacePose {
    const start = this.#start(frame)
    const pose: Partial<Record<keyof FacePose, number>> = {}
    for (let c = 0; c < CHANNELS.length; c++) pose[CHANNELS[c]!] = this.#values[start + c]!
    return pose as FacePose
  }

  /** @throws RangeError outside 0 .. length - 1 */
  set(frame: number, pose: FacePose): void {
    const start = this.#start(frame)
    for (let c = 0; c < CHANNELS.length; c++) this.#values[start + c] = pose[CHANNELS[c]!]
  }

  #start(frame: number): number {
    if (!Number.isInteger(frame) || frame < 0 || frame >= this.length) {
      throw new RangeError(`There is no frame ${frame} in a track of ${this.length}.`)
    }
    return frame * CHANNELS.length
  }
}
