// Picks the face to animate, or says in one sentence why there is none.
import { AppError } from '../domain/errors.ts'
import type { FaceChoice } from '../domain/plan.ts'
import type { FaceAnalysis } from './analyse-faces.ts'
import { MAX_YAW, MIN_FACE_HEIGHT, MIN_FACE_SHARE, MIN_MESH_SCORE } from './judge-face.ts'

/**
 * Without a number, chooses the largest face that can be animated. A face that fills too small a part of the picture is accepted
 * when the picture will be cropped to it.
 * @throws AppError `no_face_found`, `face_cut_off`, `face_not_frontal`, `face_too_small`, `face_not_listed`
 */
export function chooseFace(faces: readonly FaceAnalysis[], choice: FaceChoice): FaceAnalysis {
  const isUsable = (face: FaceAnalysis): boolean =>
    face.refusal === null ||
    (choice.crop && face.refusal === 'face_too_small' && face.height >= MIN_FACE_HEIGHT)

  if (choice.index !== null) {
    const chosen = faces.find(({ index }) => index === choice.index)
    if (chosen === undefined) throw notListed(choice.index, faces.length)
    if (!isUsable(chosen)) throw refusalOf(chosen)
    return chosen
  }
  const usable = faces.find(isUsable)
  if (usable !== undefined) return usable
  const mostPromising = faces.find(({ refusal }) => refusal !== 'no_face_found') ?? surest(faces)
  if (mostPromising === undefined) {
    throw new AppError('no_face_found', 'There is no human face in the picture.')
  }
  throw refusalOf(mostPromising)
}

function surest(faces: readonly FaceAnalysis[]): FaceAnalysis | undefined {
  return faces.toSorted((a, b) => b.mesh - a.mesh)[0]
}

function refusalOf(face: FaceAnalysis): AppError {
  const { index, detection, mesh, visible, yaw, height, share } = face
  const meta = { face: index, detection, mesh, visible, yaw, height, share }
  switch (face.refusal) {
    case 'face_cut_off': {
      const hidden = Math.ceil(100 * (1 - visible))
      const detail = `About ${hidden} % of face ${index} lie outside the picture.`
      return new AppError('face_cut_off', detail, { meta })
    }
    case 'face_not_frontal': {
      const detail = `Face ${index} is turned by ${Math.round(Math.abs(yaw))} degrees; at most ${MAX_YAW} are possible.`
      return new AppError('face_not_frontal', detail, { meta })
    }
    case 'face_too_small':
      return new AppError('face_too_small', describeSize(face), { meta })
    default: {
      const detail = `No face is clear enough: the best candidate has mesh score ${floor(mesh)}; at least ${MIN_MESH_SCORE} is needed.`
      return new AppError('no_face_found', detail, { meta })
    }
  }
}

function describeSize({ index, height, share }: FaceAnalysis): string {
  if (height < MIN_FACE_HEIGHT) {
    return `Face ${index} is ${Math.floor(height)} pixels high from hairline to chin; at least ${MIN_FACE_HEIGHT} are needed.`
  }
  const percent = (part: number): string => `${floor(100 * part)} %`
  return `Face ${index} takes ${percent(share)} of the picture's longer side; at least ${percent(MIN_FACE_SHARE)} is needed.`
}

function notListed(index: number, count: number): AppError {
  if (count === 0) return new AppError('no_face_found', 'There is no human face in the picture.')
  const listed = count === 1 ? 'only face 0' : `faces 0 to ${count - 1}`
  const detail = `There is no face ${index}: the picture has ${listed}.`
  return new AppError('face_not_listed', detail, { meta: { face: index, count } })
}

/** Rounded down to two places, so that a missed limit never reads as reached. */
function floor(value: number): number {
  return Math.floor(value * 100) / 100
}
