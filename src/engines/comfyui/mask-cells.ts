// Which part of the frame is whose, when two people speak: pure geometry. Worked out in the cells that the model looks at,
// so that none of the three areas can be empty there: an empty one becomes a division by zero, and a black video.

import type { Box, Framing, Size } from '@infinitetalk/arithmetic'
import { SIZE_STEP } from '@infinitetalk/arithmetic'
import type { RelativeBox, Speaker } from '@infinitetalk/contract'
import { AppError } from '../../domain/errors.ts'

export interface MaskedSpeaker {
  readonly speaker: Speaker
  /** Relative to the input picture; null takes the speaker's side of the frame. */
  readonly box: RelativeBox | null
}

/** How a picture becomes a frame. */
export interface FrameRequest {
  /** The input picture. */
  readonly source: Size
  readonly framing: Framing
  /** The only voice of its request: there its box has another place. */
  readonly isAlone?: boolean
}

export interface MaskRequest {
  /** With one, the second one is everybody else. */
  readonly speakers: readonly [MaskedSpeaker, MaskedSpeaker] | readonly [MaskedSpeaker]
  /** The input picture. */
  readonly source: Size
  readonly framing: Framing
  readonly size: Size
}

/** A frame in cells of `SIZE_STEP` pixels. */
export interface MaskCells {
  readonly columns: number
  readonly rows: number
  /** The owner of each cell, row by row: 0 the first speaker, 1 the second, 2 nobody. */
  readonly owners: Uint8Array
}

export const BACKGROUND = 2

/** Parts of the picture, as the model's own default has them: two people side by side. */
const SIDES: Readonly<Record<Speaker, RelativeBox>> = {
  left: [0.05, 0.1, 0.4, 0.8],
  right: [0.55, 0.1, 0.4, 0.8],
}

/** @throws AppError `invalid_request` naming the box that is not in the frame */
export function maskCells(request: MaskRequest): MaskCells {
  const { size, speakers } = request
  const columns = Math.ceil(size.width / SIZE_STEP)
  const rows = Math.ceil(size.height / SIZE_STEP)
  const isAlone = speakers.length === 1
  const first = boxInFrame(speakers[0], 0, { ...request, isAlone })
  const { 1: other } = speakers
  const second = other === undefined ? request.framing.placed : boxInFrame(other, 1, request)
  const firstIsLeft = isLeft(first, second, speakers[0].speaker)
  const owners = new Uint8Array(columns * rows)
  for (let cell = 0; cell < owners.length; cell += 1) {
    const centre = centreOf(cell, columns)
    owners[cell] =
      other === undefined && contains(first, centre)
        ? 0
        : ownerAt(centre, first, second, firstIsLeft)
  }
  const cells = { columns, rows, owners }
  keepSome(cells, 0, first, firstIsLeft)
  keepSome(cells, 1, second, !firstIsLeft)
  keepBackground(cells)
  return cells
}

/** The visible part of a speaker's box, in pixels of the frame. @throws AppError `invalid_request` when none is visible */
export function boxInFrame(
  { speaker, box }: MaskedSpeaker,
  index: number,
  { source, framing, isAlone = false }: FrameRequest,
): Box {
  const { crop, placed } = framing
  if (box === null) {
    const [x, y, width, height] = SIDES[speaker]
    return {
      x: placed.x + x * placed.width,
      y: placed.y + y * placed.height,
      width: width * placed.width,
      height: height * placed.height,
    }
  }
  const [x, y, width, height] = box
  const across = placed.width / crop.width
  const down = placed.height / crop.height
  const left = placed.x + (x * source.width - crop.x) * across
  const top = placed.y + (y * source.height - crop.y) * down
  const right = left + width * source.width * across
  const bottom = top + height * source.height * down
  const seen = {
    x: Math.max(left, placed.x),
    y: Math.max(top, placed.y),
    width: Math.min(right, placed.x + placed.width) - Math.max(left, placed.x),
    height: Math.min(bottom, placed.y + placed.height) - Math.max(top, placed.y),
  }
  if (seen.width >= 1 && seen.height >= 1) return seen
  throw new AppError(
    'invalid_request',
    `The box of the ${speaker} speaker lies outside of what is left of the picture when it is cropped to the video.`,
    {
      pointer: isAlone ? '/audio/box' : `/audio/${index}/box`,
      meta: { box, crop },
    },
  )
}

interface Point {
  readonly x: number
  readonly y: number
}

function ownerAt(point: Point, first: Box, second: Box, firstIsLeft: boolean): number {
  const inFirst = contains(first, point)
  const inSecond = contains(second, point)
  if (!inFirst && !inSecond) return BACKGROUND
  if (inFirst !== inSecond) return inFirst ? 0 : 1
  const nearer = distance(point, middleOf(first)) - distance(point, middleOf(second))
  if (Math.abs(nearer) > 1e-6) return nearer < 0 ? 0 : 1
  // As far from both: of two boxes around the same middle, each gets its side.
  const isOnTheLeft = point.x < middleOf(first).x
  return isOnTheLeft === firstIsLeft ? 0 : 1
}

function isLeft(first: Box, second: Box, speaker: Speaker): boolean {
  const apart = middleOf(first).x - middleOf(second).x
  return Math.abs(apart) < 1 ? speaker === 'left' : apart < 0
}

/**
 * A box so small that it lies between the middles of the cells still gets the cell it is in; when that is all the other
 * speaker has, the free one beside it.
 */
function keepSome(cells: MaskCells, owner: number, box: Box, isOnTheLeft: boolean): void {
  const { columns, rows, owners } = cells
  if (count(owners, owner) > 0) return
  const { x, y } = middleOf(box)
  const column = Math.min(columns - 1, Math.floor(x / SIZE_STEP))
  const row = Math.min(rows - 1, Math.floor(y / SIZE_STEP))
  const own = row * columns + column
  const isFree = owners[own] === BACKGROUND || count(owners, owners[own]!) > 1
  const beside = { x: x + (isOnTheLeft ? -SIZE_STEP : SIZE_STEP), y }
  owners[isFree ? own : nearestFree(cells, beside)] = owner
}

function nearestFree({ columns, owners }: MaskCells, point: Point): number {
  const free = [...owners.keys()].filter((cell) => owners[cell] === BACKGROUND)
  const away = (cell: number): number => distance(centreOf(cell, columns), point)
  return free.reduce((nearest, cell) => (away(cell) < away(nearest) ? cell : nearest))
}

/** When the boxes fill the frame, its corners are nobody's. */
function keepBackground({ columns, owners }: MaskCells): void {
  if (count(owners, BACKGROUND) > 0) return
  const last = owners.length - 1
  for (const corner of [0, columns - 1, last - columns + 1, last]) {
    if (count(owners, owners[corner]!) > 1) owners[corner] = BACKGROUND
  }
}

function count(owners: Uint8Array, owner: number): number {
  return owners.reduce((sum, value) => sum + (value === owner ? 1 : 0), 0)
}

function centreOf(cell: number, columns: number): Point {
  const column = cell % columns
  const row = Math.floor(cell / columns)
  return { x: (column + 0.5) * SIZE_STEP, y: (row + 0.5) * SIZE_STEP }
}

function middleOf({ x, y, width, height }: Box): Point {
  return { x: x + width / 2, y: y + height / 2 }
}

function contains({ x, y, width, height }: Box, point: Point): boolean {
  return point.x >= x && point.x < x + width && point.y >= y && point.y < y + height
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y)
}
