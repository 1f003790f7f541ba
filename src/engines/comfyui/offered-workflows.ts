// The workflows that a request may name: what each of them is for, and the rejection of a request that none of them can render.
import type { GenerationSpec } from '@infinitetalk/contract'
import type { WorkflowSummary } from '../../app/ports/engine.ts'
import { isSpeakerChosen } from '../../domain/chosen-speaker.ts'
import type { AppError } from '../../domain/errors.ts'
import { findTemplate, type Template } from '../../workflow/template.ts'
import { asksForPieces, workflowForPieces } from './choose-pieces.ts'
import { chooseTemplate } from './choose-template.ts'
import { refuseUnbound } from './sampling-parameters.ts'

export function summarise({ name, inputType, speakers, bindings }: Template): WorkflowSummary {
  return { name, inputType, speakers, parameters: [...bindings.keys()] }
}

/** @throws AppError `workflow_*`, `engine_unsupported` */
export function checkWorkflowOf(
  request: Omit<GenerationSpec, 'visual'>,
  templates: readonly Template[],
  problems: readonly AppError[],
  backends: number,
): void {
  const { inputType, workflow: named } = request
  refuseBrokenName(named, problems)
  const speakers = speakersOf(request, templates)
  const workflow = asksForPieces(request, backends)
    ? workflowForPieces(request, speakers, templates)
    : named
  const wish = { inputType, speakers, workflow }
  refuseUnbound(request, chooseTemplate(wish, templates))
}

/** A chosen speaker may turn out to be the only person in the picture, for whom the named graph for one will do. */
function speakersOf(
  request: Omit<GenerationSpec, 'visual'>,
  templates: readonly Template[],
): 1 | 2 {
  if (request.personCount === 'multi') return 2
  if (!isSpeakerChosen(request)) return 1
  const { workflow } = request
  return (workflow === null ? undefined : findTemplate(templates, workflow))?.speakers ?? 2
}

/** The caller of a broken workflow is told what is wrong with it, and not that there is none. @throws AppError */
export function refuseBrokenName(workflow: string | null, problems: readonly AppError[]): void {
  const wanted = workflow?.toLowerCase()
  const problem = problems.find(({ meta }) => String(meta.workflow).toLowerCase() === wanted)
  if (problem !== undefined) throw problem
}
