// The shape of an image-like tensor: rows, columns, then channels, channels innermost. The batch is always one picture.

export interface Shape {
  readonly height: number
  readonly width: number
  readonly channels: number
}

/** How many numbers a tensor of this shape holds. */
export function elementCount(shape: Shape): number {
  return shape.height * shape.width * shape.channels
}
