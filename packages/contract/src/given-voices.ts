// The voices that a request means, however it gives them.
import type { GivenSource } from './flat-request.ts'
import type { GenerationSpec, PersonCount, VoiceSpec } from './generation-spec.ts'

export interface RequestVoices extends Pick<GenerationSpec, 'dialogue' | 'script'> {
  readonly personCount: PersonCount
  /** None for a text. */
  readonly voices: readonly VoiceSpec[]
  /** Place of each voice in the body. */
  readonly given: readonly GivenSource[]
}
