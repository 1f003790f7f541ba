// Chooses the part of the voice for a window's speech encoder. The encoder reads its whole input at once: its cost grows with the
// square of the length, and it normalises the level over the whole. So a voice is cut into stretches of at most a minute, each of
// whole windows: long enough for an even level (20 windows), short enough that an hour costs no more per window than a minute.
import { FPS } from '@infinitetalk/arithmetic'
import type { WindowStep } from '../../../domain/window-steps.ts'

export interface VoiceStretch {
  /** Windows of one stretch share its file, so that ComfyUI loads it once. */
  readonly name: string
  readonly fromFrame: number
  readonly toFrame: number
}

export interface TurnedVoice {
  readonly stretch: VoiceStretch
  /** Seconds by which the stretch is turned, so that it begins with the window: cut pieces blur their ends. */
  readonly turnSeconds: number
}

const STRETCH_SECONDS = 60

/** @param steps all of the video, in order */
export function stretchesOf(steps: readonly WindowStep[]): readonly TurnedVoice[] {
  const turned: TurnedVoice[] = []
  let group: WindowStep[] = []
  const close = (): void => {
    const [first] = group
    const last = group.at(-1)
    if (first === undefined || last === undefined) return
    const fromFrame = first.startFrame
    const toFrame = last.startFrame + last.length
    const stretch = { name: `voice-${fromFrame}-${toFrame}`, fromFrame, toFrame }
    for (const step of group) {
      turned.push({ stretch, turnSeconds: (step.startFrame - fromFrame) / FPS })
    }
    group = []
  }
  for (const step of steps) {
    const end = step.startFrame + step.length
    if (end - (group[0]?.startFrame ?? step.startFrame) > STRETCH_SECONDS * FPS) close()
    group.push(step)
  }
  close()
  return turned
}
