// Plain shapes shared by framing, faces and engines. Pixels; x to the right, y down, origin at the top left.

export interface Size {
  readonly width: number
  readonly height: number
}

export interface Box extends Size {
  readonly x: number
  readonly y: number
}
