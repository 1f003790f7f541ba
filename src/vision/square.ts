// A turned square in a picture: the input of a face model.

export interface Square {
  readonly centerX: number
  readonly centerY: number
  readonly halfSide: number
  /** Radians, clockwise as seen: the direction in the picture that the square's own x axis points to. */
  readonly rotation: number
}
