// The hub speaks a text before it answers, which takes longer than other requests.
import type { GenerationRequest } from '@infinitetalk/contract'

/** The hub's own limit by default (INFINITETALK_LIMIT_SPEECH_TIMEOUT_MS). */
export const SPEECH_MS = 300_000

/** Milliseconds of silence that a request with a text may have beyond others. */
export function speechWaitMs({ audio }: GenerationRequest): number {
  const hasText = audio != null && !Array.isArray(audio) && 'text' in audio && audio.text != null
  return hasText ? SPEECH_MS : 0
}
