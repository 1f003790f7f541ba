// VHS_VideoCombine's length. Trimmed to the sound, ffmpeg copies two frames more than the sound is long (recorded: 30 cases).
const EXTRA_FRAMES = 2

/** @param sound null: the video has none, and keeps all its frames */
export function combinedFrames(
  frames: number,
  frameRate: number,
  sound: { readonly seconds: number; readonly trim: boolean } | null,
): number {
  if (sound === null || !sound.trim) return frames
  return Math.min(frames, Math.ceil(sound.seconds * frameRate) + EXTRA_FRAMES)
}
