// Drops the choice of a speaker where nobody else is in the picture. The graph for one speaker moves every mouth there is: with one
// face it does what was asked for, without the models that only the graph for two needs.
import type { FaceFinder, FoundFace } from '../../app/ports/faces.ts'
import { isSpeakerChosen } from '../../domain/chosen-speaker.ts'
import type { RenderPlan } from '../../domain/plan.ts'
import { findTemplate, type Template } from '../../workflow/template.ts'

/**
 * @returns the plan as it is when several people may be in the picture, or when the request names a graph for two
 * @throws AppError `canceled`
 */
export async function settleSpeaker(
  plan: RenderPlan,
  templates: readonly Template[],
  faces: FaceFinder,
  signal: AbortSignal,
): Promise<RenderPlan> {
  const { workflow } = plan.sampling
  const named = workflow === null ? undefined : findTemplate(templates, workflow)
  if (!isSpeakerChosen(plan) || named?.speakers === 2) return plan
  const found = await faces.findFaces(plan.image.path, signal)
  if (!isAlone(found, plan)) return plan
  return {
    ...plan,
    voices: plan.voices.map((voice) => ({ ...voice, box: null })),
    face: { ...plan.face, index: null },
  }
}

/** Faces alone are found: a box beside the only face means a cartoon or an animal, and a face that is in doubt may hide another. */
function isAlone(found: readonly FoundFace[], { voices, face, image }: RenderPlan): boolean {
  const [only, ...others] = found
  if (only === undefined || others.length > 0 || only.refusal === 'no_face_found') return false
  const box = voices[0]?.box ?? null
  if (box === null) return face.index === only.index
  const [left, top, width, height] = box
  const x = (only.box.x + only.box.width / 2) / image.width - left
  const y = (only.box.y + only.box.height / 2) / image.height - top
  return x >= 0 && x <= width && y >= 0 && y <= height
}
