// Finds who of two people talks when. ComfyUI's own node gives one window one voice and one mouth, so windows end where turns change,
// and people who talk at once are found before anything is rendered. Pure.

export interface TalkTurn {
  /** The first voice of the request or the second. */
  readonly talker: 0 | 1
  /** It lasts until the next turn begins. */
  readonly fromFrame: number
}

export type Turns =
  | { readonly inTurns: true; readonly turns: readonly TalkTurn[] }
  /** The first frame of their talking at once. */
  | { readonly inTurns: false; readonly atFrame: number }

export interface TurnRules {
  readonly frames: number
  /** The shortest first window, 4k + 1: the next one needs its motion frames from it. */
  readonly firstFrames: number
}

/** The level of each frame of a voice (root mean square of 16-bit samples). Frames after its end are silent. */
export type Levels = ArrayLike<number>

/** Quieter is silence, as in quiet-frame.ts. */
const SILENT_LEVEL = 33
/** A frame is speech from 20 dB below the loud frames of its voice on. */
const BELOW_LOUD = 10
const LOUD_QUANTILE = 0.9
/** Where two voices differ by 12 dB, the quieter one is the other person, heard by the wrong microphone. */
const BLEED = 4
/** A click is shorter; the shortest word is longer. */
const MIN_TALK_FRAMES = 4
/** People often begin a third of a second before the other has ended, and pause as long between words. Longer is talking at once. */
const MAX_TOGETHER_FRAMES = 8
/** A mouth opens before it is heard. */
const BREATH_FRAMES = 4

/** One person talks from the first frame to the last. */
export const ONE_TALKER: readonly TalkTurn[] = [{ talker: 0, fromFrame: 0 }]

export function turnsOf(voices: readonly [Levels, Levels], rules: TurnRules): Turns {
  const runs = runsOf(voices, rules.frames)
  const together = runs.find(({ who, from, to }) => {
    return who === 'both' && to - from > MAX_TOGETHER_FRAMES
  })
  if (together !== undefined) return { inTurns: false, atFrame: together.from }
  const turns: TalkTurn[] = []
  let end = 0
  for (const { who, from, to } of runs) {
    if (who === 'both' || to - from < MIN_TALK_FRAMES) continue
    const before = turns.at(-1)
    if (before === undefined) turns.push({ talker: who, fromFrame: 0 })
    else if (before.talker !== who) {
      const fromFrame = cutBetween(end, from, turns.length > 1 ? before.fromFrame : null, rules)
      if (fromFrame !== null) turns.push({ talker: who, fromFrame })
    }
    end = to
  }
  return { inTurns: true, turns: turns.length === 0 ? ONE_TALKER : turns }
}

/** In the pause between two turns. 4k + 1, as windows are; null when nothing is left of the video for a window. */
function cutBetween(
  end: number,
  begin: number,
  lastCut: number | null,
  { frames, firstFrames }: TurnRules,
): number | null {
  const wanted = Math.max((end + begin) / 2, begin - BREATH_FRAMES)
  const nearest = 4 * Math.round((wanted - 1) / 4) + 1
  const cut = Math.max(nearest, lastCut === null ? firstFrames : lastCut + 4)
  return cut < frames ? cut : null
}

interface Run {
  readonly who: 0 | 1 | 'both'
  readonly from: number
  readonly to: number
}

/** Frames without speech are in none. */
function runsOf(voices: readonly [Levels, Levels], frames: number): readonly Run[] {
  const [first, second] = voices
  const talks = [speechOf(first, second, frames), speechOf(second, first, frames)] as const
  const runs: Run[] = []
  for (let frame = 0; frame < frames; frame += 1) {
    const [a, b] = [talks[0][frame] === 1, talks[1][frame] === 1]
    if (!a && !b) continue
    const who = a && b ? 'both' : a ? 0 : 1
    const last = runs.at(-1)
    if (last?.who === who && last.to === frame) runs[runs.length - 1] = { ...last, to: frame + 1 }
    else runs.push({ who, from: frame, to: frame + 1 })
  }
  return runs
}

/** 1 for each frame in which the voice talks, the pauses between its words included. */
function speechOf(voice: Levels, other: Levels, frames: number): Uint8Array {
  const threshold = thresholdOf(voice)
  const speech = new Uint8Array(frames)
  let last = Number.NEGATIVE_INFINITY
  for (let frame = 0; frame < frames; frame += 1) {
    const level = voice[frame] ?? 0
    if (level <= threshold || level * BLEED <= (other[frame] ?? 0)) continue
    if (frame - last <= MAX_TOGETHER_FRAMES) speech.fill(1, last, frame)
    speech[frame] = 1
    last = frame
  }
  return speech
}

function thresholdOf(levels: Levels): number {
  const heard = Array.from(levels)
    .filter((level) => level > SILENT_LEVEL)
    .sort((a, b) => a - b)
  const loud = heard[Math.floor(heard.length * LOUD_QUANTILE)] ?? 0
  return Math.max(SILENT_LEVEL, loud / BELOW_LOUD)
}
