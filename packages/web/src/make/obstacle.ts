// The reason why a complete draft would fail, and the ways out. The page blocks it beforehand instead of letting it fail.

import type { FaceList } from '@infinitetalk/contract'
import { say, type Words } from '../language/say.ts'
import type { Draft } from './use-draft.ts'
import type { FoundFaces } from './use-faces.ts'

type WayOut = 'crop' | 'engine'

export interface Obstacle {
  readonly place: 'picture' | 'engine'
  readonly message: string
  readonly hint: string
  readonly code: string
  /** Changes that one click makes. Another picture is always possible. */
  readonly ways: readonly WayOut[]
}

type Refusal = NonNullable<FaceList['data'][number]['refusal']>

const REFUSALS: Readonly<Record<Refusal, Words>> = {
  no_face_found: 'No clear face was found in this picture.',
  face_cut_off: 'The face is cut off by the edge of the picture.',
  face_not_frontal: 'The face is turned too far from the camera.',
  face_too_small: 'The face is too small in this picture.',
}

/** null: nothing is in the way. */
export function obstacleOf(
  { engine, engines, options }: Pick<Draft, 'engine' | 'engines' | 'options'>,
  { data: faces }: Pick<FoundFaces, 'data'>,
): Obstacle | null {
  if (engine === null) return null
  const others = engines.some(({ name, ready }) => ready && name !== engine.name)
  if (!engine.ready) {
    return {
      place: 'engine',
      message: say('{engine} is not ready: {reason}', {
        engine: engine.name,
        reason: engine.detail ?? say('the hub gives no reason'),
      }),
      hint: others
        ? say('Choose another engine, or wait: the page sees when it is back.')
        : say('The page sees when it is back.'),
      code: 'engine_unavailable',
      ways: others ? ['engine'] : [],
    }
  }
  // InfiniteTalk itself animates what it is given; only the preview engine builds on a face.
  if (faces === null || !engine.only_previews) return null
  const refusal = refusalOf(faces, options)
  if (refusal === null) return null
  const canRender = engines.some(({ ready, only_previews }) => ready && !only_previews)
  const canCrop = refusal === 'face_too_small' && options.speakers === 1
  return {
    place: 'picture',
    message: say(REFUSALS[refusal]),
    hint:
      options.placing === null
        ? say('Use a picture in which the face is large and looks at the camera.')
        : say('Move the frame so that it shows the whole face, or let the hub place it.'),
    code: refusal,
    ways: [...(canCrop ? (['crop'] as const) : []), ...(canRender ? (['engine'] as const) : [])],
  }
}

function refusalOf({ data }: FaceList, options: Draft['options']): Refusal | null {
  const isUsable = ({ refusal }: FaceList['data'][number]): boolean =>
    refusal === null || (options.cropToFace && refusal === 'face_too_small')
  const usable = data.filter(isUsable)
  if (options.speakers === 2) return usable.length >= 2 ? null : 'no_face_found'
  // Face 0 stands for the largest one that can be animated.
  const chosen = options.face === 0 ? usable[0] : data.find(({ index }) => index === options.face)
  if (chosen !== undefined && isUsable(chosen)) return null
  const best = chosen ?? data.find(({ refusal }) => refusal !== 'no_face_found')
  return best?.refusal ?? 'no_face_found'
}
