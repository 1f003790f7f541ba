// Length and windows of the draft's video, computed while the handles move, before the hub is asked.
import { FPS, type Windowing, windowingProblem } from '@infinitetalk/arithmetic'
import type { EngineResource } from '@infinitetalk/contract'
import type { Options } from './options.ts'
import type { Draft } from './use-draft.ts'
import type { Voice } from './use-voice.ts'

/** Whether this voice sets the length of the video: of two voices the longer one does, so cutting the other saves nothing. */
export function setsLength(voice: Voice, { voices }: Pick<Draft, 'voices'>): boolean {
  const seconds = secondsOf(voice)
  return voices.every((other) => other === voice || secondsOf(other) < seconds)
}

function secondsOf({ sound, trim }: Voice): number {
  return trim === null ? (sound?.seconds ?? 0) : trim.end - trim.start
}

/** The longest part of a voice that `max_frames` allows; null: all of it. */
export function mostSecondsOf({ advanced: { max_frames } }: Options): number | null {
  return typeof max_frames === 'number' ? max_frames / FPS : null
}

/** The windows for a voice with these options; null for an engine without windows, and for options that the hub rejects. */
export function windowingOf(
  engine: EngineResource | null,
  { advanced }: Options,
): Windowing | null {
  if (engine?.windowing == null) return null
  const { window_frames, motion_frames } = advanced
  const windowing = {
    windowFrames:
      typeof window_frames === 'number' ? window_frames : engine.windowing.window_frames,
    motionFrames:
      typeof motion_frames === 'number' ? motion_frames : engine.windowing.motion_frames,
  }
  return windowingProblem(windowing) === null ? windowing : null
}
