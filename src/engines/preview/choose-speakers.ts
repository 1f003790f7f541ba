// Which face speaks with which voice: the chosen one, or for two voices the two people they belong to.

import type { Size } from '@infinitetalk/arithmetic'
import { AppError } from '../../domain/errors.ts'
import type { FaceChoice, PlannedVoice } from '../../domain/plan.ts'
import type { FaceAnalysis } from '../../vision/analyse-faces.ts'
import { chooseFace } from '../../vision/choose-face.ts'

export type SpeakerPlace = Pick<PlannedVoice, 'speaker' | 'box'>

/**
 * One face a speaker, in the order of the speakers.
 * @param picture its size in the units of the faces' boxes
 * @throws AppError `no_face_found`, `invalid_request`, and what `chooseFace()` throws for a single speaker
 */
export function chooseSpeakers(
  faces: readonly FaceAnalysis[],
  speakers: readonly SpeakerPlace[],
  choice: FaceChoice,
  picture: Size,
): readonly FaceAnalysis[] {
  if (speakers.length === 1) return [chooseFace(faces, choice)]
  const usable = faces.filter(
    ({ refusal }) => refusal === null || (choice.crop && refusal === 'face_too_small'),
  )
  if (usable.length < speakers.length) {
    const detail = `Two people speak, and ${usable.length === 1 ? 'only one face' : 'no face'} in the picture can be animated.`
    throw new AppError('no_face_found', detail, { meta: { usable: usable.length } })
  }
  // The largest come first; of the two, the left one speaks with the left voice.
  const leftToRight = usable.slice(0, 2).sort((a, b) => middleOf(a).x - middleOf(b).x)
  const chosen = speakers.map(({ speaker, box }, index) => {
    if (box === null) return leftToRight[speaker === 'left' ? 0 : 1]!
    const [left, top, width, height] = box
    const inBox = usable.find((face) => {
      const { x, y } = middleOf(face)
      const [across, down] = [x / picture.width - left, y / picture.height - top]
      return across >= 0 && across <= width && down >= 0 && down <= height
    })
    if (inBox !== undefined) return inBox
    const detail = `There is no face that can be animated in the box of the ${speaker} speaker.`
    throw new AppError('invalid_request', detail, { pointer: `/audio/${index}/box` })
  })
  if (chosen[0] === chosen[1]) {
    const detail = 'Both voices belong to the same face: give each a box around its own person.'
    throw new AppError('invalid_request', detail, { pointer: '/audio/1/box' })
  }
  return chosen
}

function middleOf({ box }: FaceAnalysis): { x: number; y: number } {
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 }
}
