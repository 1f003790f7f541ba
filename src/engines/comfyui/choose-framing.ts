// Places the picture in the video for engines that render whole pictures: around a face only when that was requested, and without
// a failure when there is none. A cartoon or an animal speaks as well.

import type { Box } from '@infinitetalk/arithmetic'
import { type Framing, frame } from '@infinitetalk/arithmetic'
import type { FaceFinder, FoundFace } from '../../app/ports/faces.ts'
import { AppError } from '../../domain/errors.ts'
import type { RenderPlan } from '../../domain/plan.ts'

export interface ChosenFraming {
  /** In the pixels of the picture or, when there is one, of the video. */
  readonly framing: Framing
  /** The face that was asked for, in pixels of the picture; null when none was. */
  readonly face: Box | null
  /** Sentences a person should read. */
  readonly warnings: readonly string[]
}

/** @throws AppError `face_not_listed` when the asked face is not there */
export async function chooseFraming(
  plan: RenderPlan,
  faces: FaceFinder,
  signal: AbortSignal,
): Promise<ChosenFraming> {
  const { image, video, size, fit, face } = plan
  const source = video ?? image
  const plain = frame({ source, target: size, fit })
  const isCut = plain.crop.width < source.width || plain.crop.height < source.height
  const followsFace = fit !== 'pad' && (face.crop || (fit === 'face' && isCut))
  if (!followsFace && face.index === null) {
    return { framing: align(plain, plan), face: null, warnings: [] }
  }
  const found = await faces.findFaces(image.path, signal)
  const box = face.index === null ? likeliest(found, plan.voices.length) : listed(found, face.index)
  const scaled = box === null ? null : enlarge(box, source.width / image.width)
  const framing = frame({ source, target: size, fit, face: scaled, zoom: face.crop })
  return {
    framing: align(framing, plan),
    face: face.index === null ? null : box,
    warnings: [
      ...(box === null && isCut ? [NO_FACE] : []),
      ...(followsFace || found.length < 2 || plan.voices.length === 1
        ? []
        : [INDEX_WITHOUT_EFFECT]),
    ],
  }
}

const NO_FACE = 'No face was found in the picture: it is cropped to where a head is most likely.'
const INDEX_WITHOUT_EFFECT =
  'The number of the face has no effect on two speakers; their boxes say who is who.'

function listed(found: readonly FoundFace[], index: number): Box {
  const chosen = found.find((face) => face.index === index)
  if (chosen !== undefined) return chosen.box
  const count = found.length
  const has = count === 0 ? 'no face' : count === 1 ? 'only face 0' : `faces 0 to ${count - 1}`
  throw new AppError('face_not_listed', `There is no face ${index}: the picture has ${has}.`, {
    pointer: '/face/index',
    meta: { face: index, count },
  })
}

/** The largest face, or when two people speak, both; faces that are sure before those that are turned away or cut. */
function likeliest(found: readonly FoundFace[], speakers: number): Box | null {
  const clear = found.filter(({ refusal }) => refusal === null)
  const others = found.filter(({ refusal }) => refusal !== null && refusal !== 'no_face_found')
  const boxes = [...clear, ...others].slice(0, speakers).map(({ box }) => box)
  return boxes.length === 0 ? null : boxes.reduce(around)
}

function around(a: Box, b: Box): Box {
  const x = Math.min(a.x, b.x)
  const y = Math.min(a.y, b.y)
  const width = Math.max(a.x + a.width, b.x + b.width) - x
  const height = Math.max(a.y + a.height, b.y + b.height) - y
  return { x, y, width, height }
}

function enlarge({ x, y, width, height }: Box, scale: number): Box {
  return { x: x * scale, y: y * scale, width: width * scale, height: height * scale }
}

/** Videos store colours at half the resolution: an odd crop would shift them against the picture made of the first frame. */
function align({ crop, placed }: Framing, { video }: RenderPlan): Framing {
  if (video === null) return { crop, placed }
  const even = (length: number): number => 2 * Math.floor(length / 2)
  return {
    crop: {
      x: even(crop.x),
      y: even(crop.y),
      width: even(crop.width),
      height: even(crop.height),
    },
    placed,
  }
}
