// Examines an input without decoding it, before it is sent to another machine: whether its format is accepted, whether it is
// complete, and which length a voice claims. Uses ffprobe where it is installed.
import type { Limits } from '../domain/limits.ts'
import { openSound, soundContainer } from './open-sound.ts'
import { videoContainer } from './open-video.ts'
import { probeSound } from './probe-sound.ts'
import { imageFormat } from './stage-image.ts'
import type { Tool } from './tool.ts'

export interface Examination {
  readonly limits: Limits
  /** null when it is not installed. The receiver then judges voices whose format only ffprobe knows. */
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
 * @returns the seconds that its header claims; null when it claims none or is unreadable here
 * @throws AppError `audio_*`, `input_empty`, `input_too_large`, `path_*`, `tool_timeout`, `canceled`
 */
export async function examineVoice(
  path: string,
  { limits, ffprobe, signal }: Examination,
): Promise<number | null> {
  if (ffprobe === null) {
    await soundContainer(path, limits.audioMaxBytes)
    return null
  }
  const options = {
    signal,
    timeoutMs: limits.probeTimeoutMs,
    maxMemoryBytes: limits.childMaxBytes,
  }
  const sound = await openSound(path, limits.audioMaxBytes, ffprobe, options)
  return (await probeSound(ffprobe, sound, options)).claimedSeconds
}
