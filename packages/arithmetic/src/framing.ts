// Where the picture goes in the frame: pure geometry of the fit modes, in whole pixels.
import type { Box, Size } from './geometry.ts'

/** How the picture is brought to the size of the video: cut to fill, bars to fit, or cut around the face. */
export type FitMode = 'crop' | 'pad' | 'face'

export interface Framing {
  /** The part of the source that is shown, in its pixels. */
  readonly crop: Box
  /** Where that is put in the target, in its pixels; everything around it is bars. */
  readonly placed: Box
}

export interface FramingRequest {
  readonly source: Size
  readonly target: Size
  readonly fit: FitMode
  /** The face that is animated, in source pixels; may reach beyond the picture. */
  readonly face?: Box | null
  /** Zoom in until the face has a good part of the frame. Without a face there is nothing to zoom to. */
  readonly zoom?: boolean
}

/** How much of the frame's height the face gets when zooming: a head and shoulders portrait. */
const ZOOMED_FACE_HEIGHT = 0.45
/** When zooming, the frame is at least this many times as wide as the face. */
const ZOOMED_FACE_MARGIN = 1.25
/** Where the centre of the face goes, from the top: room for hair above and for a chin below that moves. */
const FACE_CENTRE_FROM_TOP = 0.45
/** Without a face: where a head is most likely in a picture of a person. */
const HEAD_CENTRE_FROM_TOP = 1 / 3

export function frame(request: FramingRequest): Framing {
  const { source, target, fit } = request
  if (fit === 'pad') return padded(source, target)
  const placed = { x: 0, y: 0, ...target }
  const face = clipToPicture(request.face ?? null, source)
  if (face === null || (fit === 'crop' && request.zoom !== true)) {
    return { crop: cropAroundHead(source, target), placed }
  }
  return { crop: cropAroundFace(source, target, face, request.zoom === true), placed }
}

function padded(source: Size, target: Size): Framing {
  const scale = Math.min(target.width / source.width, target.height / source.height)
  const width = clamp(Math.round(source.width * scale), 1, target.width)
  const height = clamp(Math.round(source.height * scale), 1, target.height)
  const x = Math.floor((target.width - width) / 2)
  const y = Math.floor((target.height - height) / 2)
  return { crop: { x: 0, y: 0, ...source }, placed: { x, y, width, height } }
}

function cropAroundHead(source: Size, target: Size): Box {
  const { width, height } = largestCrop(source, target)
  return {
    x: Math.round((source.width - width) / 2),
    y: clamp(
      Math.round(source.height * HEAD_CENTRE_FROM_TOP - height / 2),
      0,
      source.height - height,
    ),
    width,
    height,
  }
}

function cropAroundFace(source: Size, target: Size, face: Box, zoom: boolean): Box {
  const largest = largestCrop(source, target)
  const { width, height } = zoom ? zoomedCrop(largest, target, face) : largest
  const x = face.x + face.width / 2 - width / 2
  const y = face.y + face.height / 2 - height * FACE_CENTRE_FROM_TOP
  return {
    x: placeAlong(x, width, face.x, face.width, source.width),
    y: placeAlong(y, height, face.y, face.height, source.height),
    width,
    height,
  }
}

/** The wanted start of the crop, moved so that the face is whole where it fits, and then so that the crop is in the picture. */
function placeAlong(
  wanted: number,
  cropLength: number,
  faceStart: number,
  faceLength: number,
  pictureLength: number,
): number {
  const holdsFace =
    faceLength <= cropLength
      ? clamp(Math.round(wanted), faceStart + faceLength - cropLength, faceStart)
      : Math.round(faceStart + (faceLength - cropLength) / 2)
  return clamp(holdsFace, 0, pictureLength - cropLength)
}

/** The largest part of the source that has the target's aspect ratio, to within rounding. */
function largestCrop(source: Size, target: Size): Size {
  const aspect = target.width / target.height
  return source.width / source.height > aspect
    ? { width: clamp(Math.round(source.height * aspect), 1, source.width), height: source.height }
    : { width: source.width, height: clamp(Math.round(source.width / aspect), 1, source.height) }
}

function zoomedCrop(largest: Size, target: Size, face: Box): Size {
  const aspect = target.width / target.height
  const wanted = Math.max(
    face.height / ZOOMED_FACE_HEIGHT,
    (face.width * ZOOMED_FACE_MARGIN) / aspect,
  )
  if (wanted >= largest.height || wanted * aspect >= largest.width) return largest
  return { width: Math.ceil(wanted * aspect), height: Math.ceil(wanted) }
}

/** The face in whole pixels, rounded outwards; null when none of it is in the picture. */
function clipToPicture(face: Box | null, picture: Size): Box | null {
  if (face === null) return null
  const x = Math.max(0, Math.floor(face.x))
  const y = Math.max(0, Math.floor(face.y))
  const width = Math.min(picture.width, Math.ceil(face.x + face.width)) - x
  const height = Math.min(picture.height, Math.ceil(face.y + face.height)) - y
  return width > 0 && height > 0 ? { x, y, width, height } : null
}

function clamp(value: number, min: number, max: number): number {
  return Math.min(Math.max(value, min), max)
}
