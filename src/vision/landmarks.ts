// The 468 points of the MediaPipe face mesh by name: which index is which part of a face.
// Point i lies at points[3 * i] (x), [3 * i + 1] (y), [3 * i + 2] (z). "Left" and "right" are the picture's sides, as a
// viewer sees an upright face; rows run from the picture's left to its right and leave out the shared corner points.

export const LANDMARK_COUNT = 468

/** Middle of the hairline: the top of the face's outline. */
export const FOREHEAD_TOP = 10
/** Between the eyes, where the nose begins; does not move when the mouth does. */
export const NOSE_BRIDGE = 168
export const CHIN = 152
/** The outline beside the ears; the line through both turns with the head. */
export const FACE_SIDE_LEFT = 234
export const FACE_SIDE_RIGHT = 454
export const EYE_OUTER_CORNER_LEFT = 33
export const EYE_OUTER_CORNER_RIGHT = 263
/** Corners of the opening between the lips. */
export const MOUTH_INNER_CORNER_LEFT = 78
export const MOUTH_INNER_CORNER_RIGHT = 308
/** Middle of the lower edge of the upper lip, and of the upper edge of the lower lip: their distance is the opening. */
export const INNER_LIP_TOP = 13
export const INNER_LIP_BOTTOM = 14

/** The outline of the face, clockwise from the forehead. */
export const FACE_OVAL: readonly number[] = [
  10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152, 148,
  176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109,
]

/** Edge of the upper lip at the skin. */
export const OUTER_LIP_UPPER: readonly number[] = [185, 40, 39, 37, 0, 267, 269, 270, 409]
/** Edge of the lower lip at the skin. */
export const OUTER_LIP_LOWER: readonly number[] = [146, 91, 181, 84, 17, 314, 405, 321, 375]
/** Edge of the upper lip at the opening. */
export const INNER_LIP_UPPER: readonly number[] = [191, 80, 81, 82, 13, 312, 311, 310, 415]
/** Edge of the lower lip at the opening. */
export const INNER_LIP_LOWER: readonly number[] = [95, 88, 178, 87, 14, 317, 402, 318, 324]

/** The upper lip in four rows from the skin to the opening; the k-th points lie above one another. */
export const UPPER_LIP_ROWS: readonly (readonly number[])[] = [
  OUTER_LIP_UPPER,
  [184, 74, 73, 72, 11, 302, 303, 304, 408],
  [183, 42, 41, 38, 12, 268, 271, 272, 407],
  INNER_LIP_UPPER,
]
/** The lower lip, in the same way. */
export const LOWER_LIP_ROWS: readonly (readonly number[])[] = [
  OUTER_LIP_LOWER,
  [77, 90, 180, 85, 16, 315, 404, 320, 307],
  [96, 89, 179, 86, 15, 316, 403, 319, 325],
  INNER_LIP_LOWER,
]
export const UPPER_LIP: readonly number[] = UPPER_LIP_ROWS.flat()
export const LOWER_LIP: readonly number[] = LOWER_LIP_ROWS.flat()

/** One eye and its brow. The four lid rows have the same length: the k-th points lie above one another. */
export interface EyeLandmarks {
  /** Edge of the upper lid, from the outer to the inner corner, like all rows of this eye. */
  readonly upperLid: readonly number[]
  /** First row of skin above the upper lid. */
  readonly upperCrease: readonly number[]
  /** Second row, below the brow. */
  readonly underBrow: readonly number[]
  readonly lowerLid: readonly number[]
  /** Skin below the eye. */
  readonly pouch: readonly number[]
  /** Outer, inner. */
  readonly corners: readonly [number, number]
  readonly brow: readonly number[]
}

export const LEFT_EYE: EyeLandmarks = {
  upperLid: [246, 161, 160, 159, 158, 157, 173],
  upperCrease: [247, 30, 29, 27, 28, 56, 190],
  underBrow: [113, 225, 224, 223, 222, 221, 189],
  lowerLid: [7, 163, 144, 145, 153, 154, 155],
  pouch: [228, 229, 230, 231],
  corners: [33, 133],
  brow: [70, 63, 105, 66, 107, 46, 53, 52, 65, 55, 156, 124, 35],
}

export const RIGHT_EYE: EyeLandmarks = {
  upperLid: [466, 388, 387, 386, 385, 384, 398],
  upperCrease: [467, 260, 259, 257, 258, 286, 414],
  underBrow: [342, 445, 444, 443, 442, 441, 413],
  lowerLid: [249, 390, 373, 374, 380, 381, 382],
  pouch: [448, 449, 450, 451],
  corners: [263, 362],
  brow: [300, 293, 334, 296, 336, 276, 283, 282, 295, 285, 383, 353, 265],
}

export const EYES: readonly [EyeLandmarks, EyeLandmarks] = [LEFT_EYE, RIGHT_EYE]

/** Skin of the forehead right above the brows: follows them a little. */
export const ABOVE_BROWS: readonly number[] = [9, 8, 108, 337, 69, 299, 104, 333]
/** Skin around the mouth: above the upper lip, below the lower one and beside the corners. */
export const AROUND_MOUTH: readonly number[] = [164, 167, 393, 18, 83, 313, 200, 43, 273]
