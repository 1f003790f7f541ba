// The size that a request asks for: explicit, a bucket by resolution and aspect ratio, or the default of the simple API.
import type { GenerationSpec } from './generation-spec.ts'
import type { RequestProblem } from './problems.ts'
import type { RequestBounds } from './request-bounds.ts'
import type { RequestMedia } from './request-media.ts'
import type { ReadMembers } from './request-members.ts'
import { invalid } from './zod-problems.ts'

/** The simple API's documented defaults: clients that name no size count on them. */
const FLAT_DEFAULT_SIDE = { image: 512, video: 640 } as const

export interface RequestSize {
  readonly size: GenerationSpec['size']
  readonly problems: readonly RequestProblem[]
}

export function readSize(
  read: ReadMembers,
  media: RequestMedia,
  bounds: RequestBounds,
): RequestSize {
  const { given, members } = read
  const sides = (['width', 'height'] as const).filter((side) => given.has(side))
  const buckets = (['resolution', 'aspect_ratio'] as const).filter((name) => given.has(name))
  if (sides.length > 0 && buckets.length > 0) {
    const what = `cannot go together with ${sides.join(' and ')}`
    return { size: null, problems: buckets.map((name) => invalid([name], what)) }
  }
  if (sides.length === 1 && !media.flatVisual) {
    const missing = sides[0] === 'width' ? 'height' : 'width'
    return {
      size: null,
      problems: [invalid([missing], `is missing: ${sides[0]} is given`)],
    }
  }
  if (buckets.length > 0 || (sides.length === 0 && !media.flatVisual)) {
    return { size: null, problems: [] }
  }
  const side = FLAT_DEFAULT_SIDE[media.inputType]
  const size = { width: members.width ?? side, height: members.height ?? side }
  return { size, problems: checkArea(size, bounds) }
}

/** Explicit sides are rounded down to multiples of this before the area is checked. */
const SIZE_STEP = 16

function checkArea(
  { width, height }: NonNullable<GenerationSpec['size']>,
  { outputMaxPixels }: RequestBounds,
): readonly RequestProblem[] {
  const pixels = Math.floor(width / SIZE_STEP) * Math.floor(height / SIZE_STEP) * SIZE_STEP ** 2
  if (pixels <= outputMaxPixels) return []
  return [
    invalid(
      ['width'],
      `times height makes ${pixels} pixels; at most ${outputMaxPixels} are allowed`,
    ),
  ]
}
