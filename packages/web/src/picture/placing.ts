// Where a person put the frame of the video on the picture, and what a request says of it. Pure.
import { type Box, frame, type Size } from '@infinitetalk/arithmetic'
import type { FaceList } from '@infinitetalk/contract'

/** [x, y, width, height] as fractions of the picture. */
export type RelativeBox = [number, number, number, number]

/** It holds for every shape: a frame of another shape keeps the centre and the zoom. */
export interface Placing {
  /** The centre, as fractions of the picture. */
  readonly x: number
  readonly y: number
  /** 1: as large as fits into the picture. */
  readonly zoom: number
}

/** A smaller part of the picture would be mostly invented pixels. */
export const MAX_ZOOM = 6
/** The hub rejects pictures with a shorter side. */
const MIN_SIDE = 64

/** The part of the picture that is shown, in its pixels. */
export function cropOf({ x, y, zoom }: Placing, picture: Size, target: Size): Box {
  const largest = frame({ source: picture, target, fit: 'crop' }).crop
  const shorter = Math.min(largest.width, largest.height)
  const by = clamp(zoom, 1, Math.max(1, Math.min(MAX_ZOOM, shorter / MIN_SIDE)))
  const [width, height] = [largest.width / by, largest.height / by]
  return {
    x: clamp(x * picture.width - width / 2, 0, picture.width - width),
    y: clamp(y * picture.height - height / 2, 0, picture.height - height),
    width,
    height,
  }
}

/** The placing that shows this part. */
export function placingOf(crop: Box, picture: Size, target: Size): Placing {
  const largest = frame({ source: picture, target, fit: 'crop' }).crop
  return {
    x: (crop.x + crop.width / 2) / picture.width,
    y: (crop.y + crop.height / 2) / picture.height,
    zoom: clamp(largest.width / crop.width, 1, MAX_ZOOM),
  }
}

/** @param dx,dy fractions of the picture @param factor above 1 shows less */
export function changed(
  placing: Placing,
  { dx = 0, dy = 0, factor = 1 }: { dx?: number; dy?: number; factor?: number },
  picture: Size,
  target: Size,
): Placing {
  const { x, y, zoom } = placing
  const wanted = { x: x + dx, y: y + dy, zoom: clamp(zoom * factor, 1, MAX_ZOOM) }
  return placingOf(cropOf(wanted, picture, target), picture, target)
}

export function fractionsOf(box: Box, picture: Size): RelativeBox {
  return [
    round(box.x / picture.width),
    round(box.y / picture.height),
    round(box.width / picture.width),
    round(box.height / picture.height),
  ]
}

/** A box on the whole picture as one on its part; null when nothing of it is there. */
export function boxWithin(
  [x, y, width, height]: RelativeBox,
  crop: RelativeBox,
): RelativeBox | null {
  const [left, top] = [along(x, crop[0], crop[2]), along(y, crop[1], crop[3])]
  const right = along(x + width, crop[0], crop[2])
  const bottom = along(y + height, crop[1], crop[3])
  if (right - left <= 0 || bottom - top <= 0) return null
  return [round(left), round(top), round(right - left), round(bottom - top)]
}

/** A face that shows less than this is refused by the hub; its box is larger than the face. */
const MIN_VISIBLE = 0.75
/** The hub wants 5 % of the longer side, from the hairline to the chin. */
const MIN_SHARE = 0.06
const MIN_FACE_PX = 64

/** The faces that a part of the picture shows, largest first, with the reasons that hold there. */
export function facesWithin(faces: FaceList, crop: Box): FaceList {
  const data = faces.data
    .filter(({ box }) => {
      const [across, down] = [middle(box) - crop.x, box[1] + box[3] / 2 - crop.y]
      return across >= 0 && down >= 0 && across <= crop.width && down <= crop.height
    })
    .map((face) => ({ ...face, refusal: refusalWithin(face, crop) }))
  return { ...faces, data }
}

function refusalWithin({ box, refusal }: FaceList['data'][number], crop: Box) {
  const [x, y, width, height] = box
  const across = Math.min(x + width, crop.x + crop.width) - Math.max(x, crop.x)
  const down = Math.min(y + height, crop.y + crop.height) - Math.max(y, crop.y)
  if (refusal === null && (across * down) / (width * height) < MIN_VISIBLE) return 'face_cut_off'
  const isLarge = height / Math.max(crop.width, crop.height) >= MIN_SHARE && height >= MIN_FACE_PX
  return refusal === 'face_too_small' && isLarge ? null : refusal
}

/** Their handles stay on the picture. */
const EDGE = 0.02

/** Head and shoulders of the two largest faces, the left one first, without overlap; empty unless there are two. */
export function speakersOf({ data, width, height }: FaceList): readonly RelativeBox[] {
  const [first, second] = data.filter(({ refusal }) => refusal !== 'no_face_found')
  if (first === undefined || second === undefined) return []
  const [left, right] = [first, second].toSorted((a, b) => middle(a.box) - middle(b.box))
  const edge = { x: width * EDGE, y: height * EDGE }
  const between = (middle(left!.box) + middle(right!.box)) / 2
  return [around(left!.box, edge.x, between), around(right!.box, between, width - edge.x)].map(
    (box) => fractionsOf(box, { width, height }),
  )

  function around([x, y, w, h]: readonly number[], from: number, to: number): Box {
    const start = clamp(x! - w! * 0.6, from, to)
    const top = clamp(y! - h! * 0.6, edge.y, height)
    return {
      x: start,
      y: top,
      width: clamp(x! + w! * 1.6, from, to) - start,
      height: clamp(y! + h! * 2, 0, height - edge.y) - top,
    }
  }
}

function middle([x, , width]: readonly [number, number, number, number]): number {
  return x + width / 2
}

function along(value: number, start: number, length: number): number {
  return clamp((value - start) / length, 0, 1)
}

/** The hub allows for rounding in the sixth place. */
function round(value: number): number {
  return Math.floor(value * 1e6) / 1e6
}

function clamp(value: number, min: number, max: number): number {
  return Math.min(Math.max(value, min), max)
}
