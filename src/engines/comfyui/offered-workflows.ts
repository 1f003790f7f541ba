// The workflows that a request may name: what each of them is for, and the rejection of a request that none of them can render.
import type { GenerationSpec } from '@infinitetalk/contract'
import type { WorkflowSummary } from '../../app/ports/engine.ts'
import { isSpeakerChosen } from '../../domain/chosen-speaker.ts'
import type { AppError } from '../../domain/errors.ts'
import type { Template } from '../../workflow/template.ts'
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
): void {
  const { inputType, personCount, workflow } = request
  refuseBrokenName(workflow, problems)
  const isTwo = personCount === 'multi' || isSpeakerChosen(request)
  const wish = { inputType, speakers: isTwo ? 2 : 1, workflow } as const
  refuseUnbound(request, chooseTemplate(wish, templates))
}

/** The caller of a broken workflow is told what is wrong with it, and not that there is none. @throws AppError */
export function refuseBrokenName(workflow: string | null, problems: readonly AppError[]): void {
  const wanted = workflow?.toLowerCase()
  const problem = problems.find(({ meta }) => String(meta.workflow).toLowerCase() === wanted)
  if (problem !== undefined) throw problem
}
