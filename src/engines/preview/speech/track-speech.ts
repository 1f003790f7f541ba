// From a voice to a face: the pose of every frame of the video. The same voice and seed give the same poses, and the lips
// are neither early nor late, for every filter on the way sees as far ahead as it sees back.
import { FPS } from '@infinitetalk/arithmetic'
import type { Expressiveness } from '@infinitetalk/contract'
import { blinks } from './blinks.ts'
import { breathing } from './breathing.ts'
import { EXPRESSIONS } from './expression.ts'
import { lookAround } from './gaze.ts'
import { headPostures } from './head-postures.ts'
import { headSway } from './head-sway.ts'
import { drawMouthCurves } from './mouth-curves.ts'
import { peaksPerFrame, perFrame } from './per-frame.ts'
import { PoseTrack } from './pose-track.ts'
import { clamp, smoothRamp } from './ramps.ts'
import { seededRandom } from './seeded-random.ts'
import { smooth } from './smoothing.ts'
import { extractSpeechFeatures } from './speech-features.ts'
import { measureSpeechLevel } from './speech-level.ts'

export interface SpeechToTrack {
  /** Headerless 16 kHz mono s16le samples. */
  readonly pcmPath: string
  /** Poses wanted. Where the voice is shorter the face rests; where it is longer the rest is not used. */
  readonly frames: number
  /** Decides blinks and sway, nothing else. */
  readonly seed: number
  readonly expressiveness: Expressiveness
  readonly signal: AbortSignal
}

/** A closure wins over the jaw from this press on, and leaves this much of its opening. */
const CLOSING_FROM = 0.2
const CLOSED_FROM = 0.42
const CLOSED_JAW = 0.08

/** A gaze of 1 down shuts the lids by so much. */
const LID_WITH_GAZE = 0.35

const MOOD_SIGMA_HOPS = 18
const SYLLABLE_SIGMA_HOPS = 6

/**
 * Tracks the speech of one voice: exactly `frames` poses.
 * @throws the signal's reason once it is aborted; what the file system throws when the file cannot be read.
 */
export async function trackSpeech(speech: SpeechToTrack): Promise<PoseTrack> {
  const { frames, seed, signal } = speech
  const expression = EXPRESSIONS[speech.expressiveness]
  const features = await extractSpeechFeatures(speech.pcmPath, signal)
  const level = measureSpeechLevel(features)
  const mouth = drawMouthCurves(features, level)
  signal.throwIfAborted()

  const random = seededRandom(seed)
  const lids = blinks(perFrame(level.effort, frames), random)
  const headAt = headSway(random)
  const jaw = perFrame(mouth.jaw, frames)
  const press = peaksPerFrame(mouth.press, frames)
  const wide = perFrame(mouth.wide, frames)
  const upperLip = perFrame(mouth.upperLip, frames)
  const tongue = perFrame(mouth.tongue, frames)
  const tuck = perFrame(mouth.tuck, frames)
  const mood = perFrame(smooth(level.effort, MOOD_SIGMA_HOPS), frames)
  const syllable = perFrame(smooth(level.effort, SYLLABLE_SIGMA_HOPS), frames)

  const postures = headPostures(mood, random)
  const gaze = lookAround(mood, postures.yaw, random)
  const breath = breathing(frames, random)

  const track = new PoseTrack(frames)
  for (let frame = 0; frame < frames; frame++) {
    const closed = smoothRamp(CLOSING_FROM, CLOSED_FROM, press[frame]!)
    const stress = syllable[frame]! - mood[frame]!
    const sway = headAt(frame / FPS, { effort: mood[frame]!, stress })
    track.set(frame, {
      jaw: expression.mouth * jaw[frame]! * (1 - (1 - CLOSED_JAW) * closed),
      press: press[frame]!,
      wide: clamp(expression.mouth * wide[frame]!, -1, 1),
      upperLip: upperLip[frame]!,
      tongue: tongue[frame]!,
      tuck: tuck[frame]!,
      // Lids follow the eyes down.
      blink: Math.max(lids[frame]!, LID_WITH_GAZE * gaze.y[frame]!),
      gazeX: gaze.x[frame]!,
      gazeY: gaze.y[frame]!,
      brow: sway.brow,
      yaw: expression.head * (sway.yaw + postures.yaw[frame]!),
      pitch: expression.head * (sway.pitch + postures.pitch[frame]!),
      roll: expression.head * (sway.roll + postures.roll[frame]!),
      shiftX: expression.head * (sway.shiftX + postures.shiftX[frame]!),
      shiftY: expression.head * (sway.shiftY + postures.shiftY[frame]!),
      breath: breath[frame]!,
    })
  }
  return track
}
