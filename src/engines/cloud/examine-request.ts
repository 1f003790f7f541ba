// Examines the files of a request before they are sent: a text file named as a picture, or half a recording, would otherwise be
// rejected only after a machine has started for it. Links are left to the service.
import type { RemoteRequest } from '../../app/ports/remote-queue.ts'
import { type Examination, examineVisual, examineVoice } from '../../media/examine-input.ts'

/**
 * @returns the seconds of the longest voice by its header; null when one is not known here
 * @throws AppError `image_*`, `video_*`, `audio_*`, `input_empty`, `input_too_large`, `path_*`
 */
export type ExamineRequest = (request: RemoteRequest, signal: AbortSignal) => Promise<number | null>

export function createRequestExaminer(
  prepare: (signal: AbortSignal) => Promise<Examination>,
): ExamineRequest {
  return async ({ visual, kind, voices }, signal) => {
    const examination = await prepare(signal)
    if ('path' in visual) await examineVisual(visual.path, kind, examination)
    const lengths: (number | null)[] = []
    for (const { source } of voices) {
      lengths.push('path' in source ? await examineVoice(source.path, examination) : null)
    }
    const known = lengths.filter((length) => length !== null)
    return known.length < lengths.length ? null : Math.max(...known)
  }
}
