// The request that a draft becomes. Pure.
import type { Box } from '@infinitetalk/arithmetic'
import type { EngineResource, FaceList, GenerationRequest } from '@infinitetalk/contract'
import {
  boxWithin,
  cropOf,
  facesWithin,
  fractionsOf,
  type RelativeBox,
  speakersOf,
} from '../picture/placing.ts'
import { guessStretches, turnsOf } from '../sound/turns.ts'
import { expectedSize } from './expected-size.ts'
import { kindOf, type Medium, type MediumSource } from './medium.ts'
import { type Options, optionMembers, scriptMember } from './options.ts'
import type { Upload } from './use-upload.ts'
import type { Voice } from './use-voice.ts'

export interface Prepared {
  readonly visual: Medium | null
  readonly visualUpload: Upload
  readonly voices: readonly Pick<Voice, 'sound' | 'trim' | 'upload'>[]
  readonly options: Options
  readonly engine: EngineResource | null
  /** null: not known, or not yet. */
  readonly faces: FaceList | null
}

/** null while something is missing or still being sent. */
export function requestOf(draft: Prepared): GenerationRequest | null {
  const { visual, visualUpload, options, engine, faces } = draft
  if (visual === null || visualUpload.status !== 'ready') return null
  // The shape of the picture decides what the frame shows.
  if (options.placing !== null && faces === null) return null
  const audio = audioOf(draft)
  if (audio === null) return null
  const { source } = visualUpload
  const part = partOf(options, faces)
  return {
    ...(kindOf(visual) === 'video' ? { video: source } : { image: source }),
    audio,
    ...optionMembers(options),
    ...(engine === null || engine.default ? {} : { engine: engine.name }),
    ...(part === null ? {} : { crop: part.crop }),
    ...faceMember(options, faces, part),
  }
}

interface Part {
  /** In pixels of the picture. */
  readonly box: Box
  readonly crop: RelativeBox
}

/** The part of the picture that a frame put by hand shows; null: the hub decides. */
export function partOf(options: Options, picture: FaceList | null): Part | null {
  const size = expectedSize(options, picture)
  if (options.placing === null || picture === null || size === null) return null
  const box = cropOf(options.placing, picture, size)
  return { box, crop: fractionsOf(box, picture) }
}

/** Those that were moved, else around the faces; empty: the halves of the picture. */
export function boxesOf(options: Options, faces: FaceList | null): readonly RelativeBox[] {
  if (options.boxes.length === 2) return options.boxes
  return faces === null ? [] : speakersOf(faces)
}

function faceMember(
  { face, cropToFace, speakers }: Options,
  faces: FaceList | null,
  part: Part | null,
): Pick<GenerationRequest, 'face'> {
  if (speakers === 2) return {}
  if (part !== null && faces !== null) {
    // The largest face of the part is number 0 there.
    const at = facesWithin(faces, part.box).data.findIndex(({ index }) => index === face)
    return at > 0 ? { face: at } : {}
  }
  if (cropToFace) return { face: { ...(face === 0 ? {} : { index: face }), crop: true } }
  return face === 0 ? {} : { face }
}

function audioOf(draft: Prepared): GenerationRequest['audio'] | null {
  const { voices, options, faces } = draft
  const { script } = options
  if (script !== null) return script.text.trim() === '' ? null : scriptMember(script)
  const files: MediumSource[] = []
  for (const { upload } of voices) {
    if (upload.status !== 'ready') return null
    files.push(upload.source)
  }
  const [only] = files
  if (only === undefined) return null
  if (options.speakers === 1) return only
  const part = partOf(options, faces)
  const [left, right] = boxesOf(options, faces).map((box) =>
    part === null ? box : boxWithin(box, part.crop),
  )
  if (!options.together) {
    return files.map((file, index) => ({
      ...file,
      speaker: index === 0 ? ('left' as const) : ('right' as const),
      ...boxMember(index === 0 ? left : right),
    }))
  }
  const turns = turnsOfVoice(voices[0]!, options)
  if (turns === null || turns.length === 0) return null
  const boxes = { left: left ?? null, right: right ?? null }
  return { ...only, turns, ...(left == null && right == null ? {} : { boxes }) }
}

function boxMember(box: RelativeBox | null | undefined) {
  return box == null ? {} : { box }
}

/** null: the recording is not read yet, or the browser cannot. */
function turnsOfVoice({ sound, trim }: Prepared['voices'][number], { stretches }: Options) {
  if (stretches !== null) return [...turnsOf(stretches, trim)]
  return sound === null ? null : [...turnsOf(guessStretches(sound), trim)]
}
