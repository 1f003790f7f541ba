// What the video will show of the picture, as the hub will cut it: a preview while a person chooses shape and fit. A test holds
// it to the hub's own geometry.

export interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export interface Size {
  readonly width: number
  readonly height: number
}

const FACE_CENTRE_FROM_TOP = 0.45
const HEAD_CENTRE_FROM_TOP = 1 / 3

/** The part of the source that is shown, in its pixels; all of it where bars are added. */
export function cropOf(
  source: Size,
  target: Size,
  fit: 'crop' | 'pad' | 'face',
  face: Box | null,
): Box {
  if (fit === 'pad') return { x: 0, y: 0, ...source }
  const size = largestCrop(source, target)
  if (face === null || fit === 'crop') {
    const y = Math.round(source.height * HEAD_CENTRE_FROM_TOP - size.height / 2)
    return {
      x: Math.round((source.width - size.width) / 2),
      y: clamp(y, 0, source.height - size.height),
      ...size,
    }
  }
  const clipped = clip(face, source)
  const x = clipped.x + clipped.width / 2 - size.width / 2
  const y = clipped.y + clipped.height / 2 - size.height * FACE_CENTRE_FROM_TOP
  return {
    x: place(x, size.width, clipped.x, clipped.width, source.width),
    y: place(y, size.height, clipped.y, clipped.height, source.height),
    ...size,
  }
}

function largestCrop(source: Size, target: Size): Size {
  const aspect = target.width / target.height
  return source.width / source.height > aspect
    ? { width: clamp(Math.round(source.height * aspect), 1, source.width), height: source.height }
    : { width: source.width, height: clamp(Math.round(source.width / aspect), 1, source.height) }
}

function place(wanted: number, crop: number, start: number, length: number, whole: number): number {
  const holding =
    length <= crop
      ? clamp(Math.round(wanted), start + length - crop, start)
      : Math.round(start + (length - crop) / 2)
  return clamp(holding, 0, whole - crop)
}

function clip(face: Box, picture: Size): Box {
  const x = Math.max(0, Math.floor(face.x))
  const y = Math.max(0, Math.floor(face.y))
  return {
    x,
    y,
    width: Math.min(picture.width, Math.ceil(face.x + face.width)) - x,
    height: Math.min(picture.height, Math.ceil(face.y + face.height)) - y,
  }
}

function clamp(value: number, min: number, max: number): number {
  return Math.min(Math.max(value, min), max)
}
