// The caption that says that a video is AI-made, as a patch for the lower left corner. Letters are drawn from a grid of
// dots in this file: which fonts a machine has must not matter.
import type { Size } from '@infinitetalk/arithmetic'
import { toYuv } from '../picture/yuv-color.ts'
import { Patch } from './patch.ts'

const CAPTION = 'AI-MADE PREVIEW'

/** 5 x 7 dots each, row by row from the top. */
const GLYPHS: Readonly<Record<string, string>> = {
  A: '.###. #...# #...# ##### #...# #...# #...#',
  D: '####. #...# #...# #...# #...# #...# ####.',
  E: '##### #.... #.... ####. #.... #.... #####',
  I: '.###. ..#.. ..#.. ..#.. ..#.. ..#.. .###.',
  M: '#...# ##.## #.#.# #.#.# #...# #...# #...#',
  P: '####. #...# #...# ####. #.... #.... #....',
  R: '####. #...# #...# ####. #.#.. #..#. #...#',
  V: '#...# #...# #...# #...# #...# .#.#. ..#..',
  W: '#...# #...# #...# #.#.# #.#.# ##.## #...#',
  '-': '..... ..... ..... .###. ..... ..... .....',
  ' ': '..... ..... ..... ..... ..... ..... .....',
}
const GLYPH_WIDTH = 5
const GLYPH_HEIGHT = 7
/** Dots from one letter to the next, and around the text. */
const ADVANCE = GLYPH_WIDTH + 1
const PADDING = 3

/** The caption is this part of the frame's shorter side high, but a dot is never less than a pixel. */
const HEIGHT_SHARE = 0.05
const BACKGROUND_OPACITY = 0.55

export function captionPatch(size: Size): Patch {
  const dotsWide = CAPTION.length * ADVANCE - 1 + 2 * PADDING
  const dotsHigh = GLYPH_HEIGHT + 2 * PADDING
  const dot = Math.max(
    1,
    Math.min(
      Math.round((Math.min(size.width, size.height) * HEIGHT_SHARE) / dotsHigh),
      Math.floor(size.width / dotsWide),
    ),
  )
  const patch = new Patch()
  const top = size.height - dotsHigh * dot
  patch.place(0, top, dotsWide * dot, size.height, size)
  patch.fill(toYuv({ red: 0, green: 0, blue: 0 }))
  const white = toYuv({ red: 255, green: 255, blue: 255 }).luma
  for (let y = 0; y < patch.height; y++) {
    for (let x = 0; x < patch.width; x++) {
      const at = y * patch.width + x
      const column = Math.floor((patch.x + x) / dot) - PADDING
      const row = Math.floor((patch.y + y - top) / dot) - PADDING
      const inked = isInked(column, row)
      patch.coverage[at] = inked ? 1 : BACKGROUND_OPACITY
      if (inked) patch.luma[at] = white
    }
  }
  return patch
}

function isInked(column: number, row: number): boolean {
  if (column < 0 || row < 0 || row >= GLYPH_HEIGHT || column % ADVANCE >= GLYPH_WIDTH) return false
  const letter = CAPTION[Math.floor(column / ADVANCE)]
  if (letter === undefined) return false
  return GLYPHS[letter]?.split(' ')[row]?.[column % ADVANCE] === '#'
}
