// Decides in which pieces a video is rendered at the same time: as many as were asked for, as there are backends, and as the voice is
// long enough for. The first attempt decides it; those after it keep to its record, whatever backends there are then.

import { DEFAULT_WINDOWING, FPS } from '@infinitetalk/arithmetic'
import type { RenderContext } from '../../app/ports/engine.ts'
import { AppError } from '../../domain/errors.ts'
import { canBeCut, countPieces, cutPieces, MIN_PIECE_WINDOWS } from '../../domain/pieces.ts'
import type { RenderPlan, SamplingChoices } from '../../domain/plan.ts'
import { checkWindowing } from '../../domain/windowing.ts'
import { findTemplate, type Template } from '../../workflow/template.ts'
import { PieceWindows } from './window/piece-windows.ts'
import { quietestIn } from './window/quiet-frame.ts'
import { windowingOf } from './window/window-sampling.ts'

/** The graph whose windows are rendered one by one. */
export const WINDOW_WORKFLOW = 'I2V_window'
/** The same for two people who talk in turns, or for one of several. */
export const TURNS_WORKFLOW = 'I2V_window_multi'

type PieceChoices = Pick<SamplingChoices, 'pieces' | 'workflow' | 'windowFrames' | 'motionFrames'>

/** Whether a request asks for pieces that this number of backends can render at the same time. */
export function asksForPieces(
  { pieces = 1 }: Pick<PieceChoices, 'pieces'>,
  backends: number,
): boolean {
  return pieces > 1 && backends > 1
}

/**
 * The workflow of a request in pieces: the usual one renders the whole video.
 *
 * @throws AppError `engine_unsupported`
 */
export function workflowForPieces(
  choices: PieceChoices,
  speakers: 1 | 2,
  templates: readonly Template[],
): string {
  if (speakers === 2) {
    throw unfit('cannot have two speakers, or a speaker who is chosen by box or face')
  }
  const { workflow } = choices
  const named = workflow === null ? undefined : findTemplate(templates, workflow)
  if (workflow !== null && named?.rendersWindows === false) {
    throw unfit(`cannot be rendered by the workflow "${named.name}", which renders whole videos`)
  }
  const windowing = checkWindowing({
    windowFrames: choices.windowFrames ?? DEFAULT_WINDOWING.windowFrames,
    motionFrames: choices.motionFrames ?? DEFAULT_WINDOWING.motionFrames,
  })
  if (!canBeCut(windowing)) {
    throw unfit('needs "window_frames" of at least twice "motion_frames"')
  }
  return workflow ?? WINDOW_WORKFLOW
}

function unfit(why: string): AppError {
  const detail = `A video in pieces ${why}. Leave "pieces" out.`
  return new AppError('engine_unsupported', detail, { pointer: '/pieces' })
}

/** The first frame of every piece but the first; none for a video in one piece. */
export async function choosePieces(
  plan: RenderPlan,
  context: RenderContext,
  backends: number,
): Promise<readonly number[]> {
  const found = context.remote?.found ?? null
  if (found !== null) return found.cuts ?? []
  const { frames, sampling, voices } = plan
  if (!asksForPieces(sampling, backends)) return []
  const windowing = windowingOf(plan)
  const covered = coveredFrames(frames, context)
  const asked = Math.min(sampling.pieces ?? 1, backends)
  const pieces = countPieces(frames - covered, windowing, asked)
  const quietest = quietestIn(voices[0]!.pcmPath, windowing.motionFrames)
  return cutPieces({ frames, windowing, pieces, covered }, quietest)
}

/** By a retake's earlier job. */
function coveredFrames(frames: number, { windows }: RenderContext): number {
  const last = windows === undefined ? undefined : new PieceWindows(windows, 0, frames).done.at(-1)
  return last === undefined ? 0 : last.firstFrame + last.frames
}

/** A sentence for a request whose pieces have no use; null for any other. */
export function warnOfPieces({ pieces = 1 }: PieceChoices, backends: number): string | null {
  if (pieces === 1 || backends > 1) return null
  return `pieces has no effect: this hub has one ComfyUI. COMFYUI_URL takes several.`
}

/** As warnOfPieces(), for a video that is too short. */
export function warnOfShortness(plan: RenderPlan, backends: number): string | null {
  if (!asksForPieces(plan.sampling, backends)) return null
  const windowing = windowingOf(plan)
  if (countPieces(plan.frames, windowing, 2) > 1) return null
  const { windowFrames, motionFrames } = windowing
  const stride = windowFrames - motionFrames
  const longest = ((2 * MIN_PIECE_WINDOWS - 2) * stride + windowFrames) / FPS
  return `pieces has no effect: it needs more than ${longest.toFixed(1)} s of audio.`
}
