// What can be said of an input without decoding it, for who sends it on to be decoded elsewhere: whether it is of a kind that
// is taken, whole, and how long a voice says that it is. ffprobe is asked where there is one.
import type { Limits } from '../domain/limits.ts'
import { blameInput } from './blame-input.ts'
import { nameOf } from './input-file.ts'
import { soundContainer } from './open-sound.ts'
import { videoContainer } from './open-video.ts'
import { noAudioTrack, probeSound } from './probe-sound.ts'
import { imageFormat } from './stage-image.ts'
import type { Tool } from './tool.ts'
import { inputArguments } from './tool-command.ts'

export interface Examination {
  readonly limits: Limits
  /** null where there is none: then less is known. */
  readonly ffprobe: Tool | null
  readonly signal: AbortSignal
}

/** @throws AppError `image_unsupported`, `video_unsupported`, `video_unreadable`, `input_empty`, `input_too_large`, `path_*` */
export async function examineVisual(
  path: string,
  kind: 'image' | 'video',
  { limits }: Examination,
): Promise<void> {
  if (kind === 'image') await imageFormat(path, limits)
  else await videoContainer(path, limits.videoMaxBytes)
}

/**
 * @returns the seconds that its header claims; null when it claims none, or nobody can read it here
 * @throws AppError `audio_*`, `input_empty`, `input_too_large`, `path_*`, `tool_timeout`, `canceled`
 */
export async function examineVoice(
  path: string,
  { limits, ffprobe, signal }: Examination,
): Promise<number | null> {
  const container = await soundContainer(path, limits.audioMaxBytes)
  if (ffprobe === null) return null
  const options = {
    signal,
    timeoutMs: limits.probeTimeoutMs,
    maxMemoryBytes: limits.childMaxBytes,
  }
  const facts = await blameInput(nameOf(path), 'audio_unreadable', () =>
    probeSound(ffprobe, inputArguments(path, container), options),
  )
  if (facts === null) throw noAudioTrack(nameOf(path))
  return facts.claimedSeconds
}
