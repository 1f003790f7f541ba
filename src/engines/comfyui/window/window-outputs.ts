// Reads the outputs of one window: its new frames in order, those before them where it begins a piece, and the one file that the next
// window begins with. A window with a wrong number of frames is rejected.
import { isRecord } from '@infinitetalk/contract/plain'
import { AppError } from '../../../domain/errors.ts'
import type { WindowStep } from '../../../domain/window-steps.ts'
import { listPictures, type OutputFile } from '../../../workflow/outputs.ts'
import type { Template } from '../../../workflow/template.ts'
import type { HistoryEntry } from '../comfy-answers.ts'

export interface WindowOutputs {
  /** The frames of the overlap with the piece before, or none. */
  readonly lead: readonly OutputFile[]
  /** As many as the window adds, the surplus left out. */
  readonly frames: readonly OutputFile[]
  /** null for the last window. */
  readonly handover: OutputFile | null
}

export interface WindowEnds {
  /** Whether the window ends the whole video. */
  readonly isLast: boolean
  /** 0 unless the window begins a piece. */
  readonly leadFrames: number
}

/** @throws AppError `output_missing`, `output_invalid`, with the window */
export function windowOutputs(
  { outputs }: HistoryEntry,
  { outputNode, bindings }: Template,
  step: WindowStep,
  { isLast, leadFrames }: WindowEnds,
): WindowOutputs {
  const pictures = (nodeId: string | undefined): readonly OutputFile[] =>
    nodeId !== undefined && isRecord(outputs[nodeId]) ? listPictures(outputs[nodeId], nodeId) : []
  const all = pictures(outputNode)
  const { number, newFrames } = step
  const [lead, frames] = [all.slice(0, leadFrames), all.slice(leadFrames)]
  if (frames.length < newFrames) {
    const detail = `Window ${number} of the render has ${frames.length} new frames instead of ${newFrames}. Remove nodes of the workflow that drop frames.`
    throw new AppError('output_invalid', detail, { meta: { window: number } })
  }
  if (isLast) return { lead, frames: frames.slice(0, newFrames), handover: null }
  const [handover] = pictures(bindings.get('handover_prefix')?.[0]?.nodeId)
  if (handover !== undefined) return { lead, frames, handover }
  const detail = `Window ${number} has no frames for the next window.`
  throw new AppError('output_missing', detail, { meta: { window: number } })
}
