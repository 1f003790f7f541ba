// The pose of a face in one frame: what the voice tracker writes and the rig reads. All values are offsets from the
// source picture, so that a pose of zeros shows the picture with its mouth shut.

export interface FacePose {
  /** Jaw opening, 0 shut to about 1 wide open. */
  readonly jaw: number
  /** Lips pressed together (p, b, m), 0..1. */
  readonly press: number
  /** Mouth width: -1 rounded (o, u) to 1 spread (i). */
  readonly wide: number
  /** Upper lip raised, 0..1. */
  readonly upperLip: number
  /** Tongue raised towards the teeth, 0..1. */
  readonly tongue: number
  /** Lower lip tucked under the upper teeth (f, v), 0..1. */
  readonly tuck: number
  /** Eyelids, 0 open to 1 shut. */
  readonly blink: number
  /** Brows, -0.4 lowered to 1 raised. */
  readonly brow: number
  /** Where the eyes look: -1 left to 1 right, -1 up to 1 down. */
  readonly gazeX: number
  readonly gazeY: number
  /** Head turn in degrees. */
  readonly yaw: number
  readonly pitch: number
  readonly roll: number
  /** Head shift in units of 1.2 % of the face height. */
  readonly shiftX: number
  readonly shiftY: number
  /** Chest raised by a breath, 0..1. */
  readonly breath: number
}

/** Relaxed, looking at the camera, mouth shut. */
export const REST_POSE: FacePose = {
  jaw: 0,
  press: 0,
  wide: 0,
  upperLip: 0,
  tongue: 0,
  tuck: 0,
  blink: 0,
  brow: 0,
  gazeX: 0,
  gazeY: 0,
  yaw: 0,
  pitch: 0,
  roll: 0,
  shiftX: 0,
  shiftY: 0,
  breath: 0,
}
