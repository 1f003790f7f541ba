// The frames of one window become its segment of the final video, with its part of the sound, once they show what a sampler can make.
import { join } from 'node:path'
import { FPS } from '@infinitetalk/arithmetic'
import type { FinishedWindow } from '../../../app/ports/window-memory.ts'
import { encodeSegment } from '../../../media/encode-segment.ts'
import type { MediaTools } from '../../../media/media-tools.ts'
import type { VoiceTrack } from '../../../media/voice-track.ts'
import { checkLook, type ReadFrames } from './check-frames.ts'

export interface WindowToEncode {
  readonly window: Pick<FinishedWindow, 'number' | 'firstFrame' | 'frames'>
  /** As many as the window adds. */
  readonly picturePaths: readonly string[]
  readonly read: ReadFrames
  /** The sound of the whole video. */
  readonly voice: VoiceTrack
  /** It ends the video. */
  readonly isLast: boolean
  /** The picture that it began with. */
  readonly startPicture: () => Promise<string>
}

/**
 * @returns the path of the segment in the folder
 * @throws AppError as encodeSegment(), VoiceTrack.cut() and checkLook()
 */
export async function encodeWindow(
  { window, picturePaths, read, voice, isLast, startPicture }: WindowToEncode,
  folder: string,
  { media, signal }: { readonly media: MediaTools; readonly signal: AbortSignal },
): Promise<string> {
  const { firstFrame, frames, number } = window
  const toPath = join(folder, 'segment.mp4')
  const range = { firstFrame, frames, isLast }
  const sound = (await voice.cut(range, join(folder, 'sound.aac'), signal)) ?? undefined
  const piece = { picturePaths, fps: FPS, firstFrame, number, toPath }
  const segment = sound === undefined ? piece : { ...piece, sound }
  const timeoutMs = media.limits.jobTimeoutMs
  const { brightest } = await encodeSegment(segment, media.tools.ffmpeg, { signal, timeoutMs })
  await checkLook({ ...read, window: number, frames, brightest, startPicture })
  return toPath
}
