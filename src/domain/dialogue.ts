// Two people in one sound: who the speakers are, and whether the list of turns fits the sound.
import type { GenerationSpec, RelativeBox, Speaker } from '@infinitetalk/contract'
import { AppError } from './errors.ts'

export interface PlannedSpeaker {
  readonly speaker: Speaker
  readonly box: RelativeBox | null
}

/** In the order of the voices that are rendered: for a dialogue left and right. */
export function speakersOf({ voices, dialogue }: GenerationSpec): readonly PlannedSpeaker[] {
  if (dialogue === undefined) return voices.map(({ speaker, box }) => ({ speaker, box }))
  return (['left', 'right'] as const).map((speaker) => ({ speaker, box: dialogue.boxes[speaker] }))
}

/** A list of turns is written by ear and rounded. */
const TOLERANCE_SECONDS = 0.1

/** @throws AppError `invalid_request` */
export function checkTurns({ dialogue }: GenerationSpec, seconds: number): void {
  const turns = dialogue?.turns ?? []
  const last = turns.at(-1)
  if (last === undefined || last.toSeconds <= seconds + TOLERANCE_SECONDS) return
  const detail = `The last of the turns ends at ${last.toSeconds} s, but the audio is ${seconds.toFixed(2)} s long.`
  throw new AppError('invalid_request', detail, {
    pointer: '/audio/turns',
    meta: { toSeconds: last.toSeconds, seconds },
  })
}
