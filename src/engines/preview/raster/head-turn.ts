// The head's turn and shift of one pose, applied to points. Kept in fields instead of returned as objects: it runs for
// every vertex of every frame.
import type { FacePose } from '../pose.ts'
import type { FaceRig } from '../rig/face-rig.ts'

const RADIANS_PER_DEGREE = Math.PI / 180
/** FacePose measures shifts in this part of the face's height. */
const SHIFT_UNIT = 0.012

export class HeadTurn {
  readonly #pivotX: number
  readonly #pivotY: number
  readonly #pivotZ: number
  readonly #shiftUnit: number
  readonly #yawShare: number
  #yaw = 0
  #pitch = 0
  #roll = 0
  #shiftX = 0
  #shiftY = 0
  /** Where the point of the last `apply()` went. */
  x = 0
  y = 0

  constructor({ pivot, mouth, yawShare }: FaceRig) {
    this.#yawShare = yawShare
    this.#pivotX = pivot.x
    this.#pivotY = pivot.y
    this.#pivotZ = pivot.z
    this.#shiftUnit = mouth.faceHeight * SHIFT_UNIT
  }

  set(pose: FacePose): void {
    this.#yaw = this.#yawShare * pose.yaw * RADIANS_PER_DEGREE
    this.#pitch = pose.pitch * RADIANS_PER_DEGREE
    this.#roll = pose.roll * RADIANS_PER_DEGREE
    this.#shiftX = pose.shiftX * this.#shiftUnit
    this.#shiftY = pose.shiftY * this.#shiftUnit
  }

  /** Moves a point that follows the head by `share`; the result is in `x` and `y`. */
  apply(x: number, y: number, z: number, share: number): void {
    const yaw = this.#yaw * share
    const pitch = this.#pitch * share
    const roll = this.#roll * share
    const dx = x - this.#pivotX
    const dy = y - this.#pivotY
    const dz = z - this.#pivotZ
    const turnedX = dx * cosine(yaw) - dz * sine(yaw)
    const turnedZ = dx * sine(yaw) + dz * cosine(yaw)
    const noddedY = dy * cosine(pitch) - turnedZ * sine(pitch)
    const rolledX = turnedX * cosine(roll) - noddedY * sine(roll)
    const rolledY = turnedX * sine(roll) + noddedY * cosine(roll)
    this.x = this.#pivotX + rolledX + this.#shiftX * share
    this.y = this.#pivotY + rolledY + this.#shiftY * share
  }
}

/** Heads turn by a few degrees only, where three terms are exact to a millionth; Math.sin differs between machines. */
function sine(angle: number): number {
  const square = angle * angle
  return angle * (1 - (square / 6) * (1 - square / 20))
}

function cosine(angle: number): number {
  const square = angle * angle
  return 1 - (square / 2) * (1 - (square / 12) * (1 - square / 30))
}
