// Warns of voices without speech, so a muted microphone is noticed before the video is published.
import type { StagedVoice } from './plan.ts'

/** @returns one sentence for each voice without speech */
export function warnOfSilence(voices: readonly Pick<StagedVoice, 'hasSpeech'>[]): string[] {
  return voices.flatMap(({ hasSpeech }, index) => {
    if (hasSpeech) return []
    const where = voices.length === 1 ? '' : ` in audio ${index + 1}`
    return [`No speech was heard${where}; the mouth stays shut.`]
  })
}
