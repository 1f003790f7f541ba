// A decoded picture in memory, as the face models read it.

export interface RgbImage {
  /** Rows from the top, 3 bytes (red, green, blue) a pixel, no padding: width * height * 3 bytes. */
  readonly data: Uint8Array
  readonly width: number
  readonly height: number
}
