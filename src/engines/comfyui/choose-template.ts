// Chooses the workflow of a request: the named one, or the one for its kind of input and number of speakers. A workflow that
// would ignore an input, or wait for a missing one, is rejected.
import type { InputType } from '@infinitetalk/contract'
import { isSpeakerChosen } from '../../domain/chosen-speaker.ts'
import { AppError } from '../../domain/errors.ts'
import type { RenderPlan } from '../../domain/plan.ts'
import { defaultTemplateName, findTemplate, type Template } from '../../workflow/template.ts'

export interface TemplateWish {
  readonly inputType: InputType
  readonly speakers: 1 | 2
  /** By name; null for the usual one. */
  readonly workflow: string | null
}

export function templateWish(plan: RenderPlan): TemplateWish {
  const { video, voices, sampling } = plan
  return {
    inputType: video === null ? 'image' : 'video',
    speakers: voices.length === 2 || isSpeakerChosen(plan) ? 2 : 1,
    workflow: sampling.workflow,
  }
}

/** @throws AppError `workflow_not_found`, `engine_unsupported` */
export function chooseTemplate(
  { inputType, speakers, workflow }: TemplateWish,
  templates: readonly Template[],
): Template {
  const name = workflow ?? defaultTemplateName(inputType, speakers)
  const template = findTemplate(templates, name)
  if (template === undefined) {
    const known = templates.map((known) => known.name).join(', ')
    const detail = `There is no workflow "${name}"; there ${known === '' ? 'is none' : `are ${known}`}.`
    throw new AppError('workflow_not_found', detail, { pointer: '/workflow' })
  }
  // Its windows begin with a picture each: that of a portrait, or frames of the video.
  if (template.inputType !== inputType && !template.rendersWindows) {
    throw unfit(
      `The workflow "${template.name}" takes ${a(template.inputType)}, not ${a(inputType)}.`,
    )
  }
  if (template.speakers !== speakers) {
    const why = speakers === 2 ? ' A box or a face that is chosen counts as two.' : ''
    throw unfit(
      `The workflow "${template.name}" is for ${count(template.speakers)}, not ${count(speakers)}.${why}`,
    )
  }
  return template
}

function unfit(detail: string): AppError {
  return new AppError('engine_unsupported', detail, { pointer: '/workflow' })
}

function a(inputType: 'image' | 'video'): string {
  return inputType === 'image' ? 'an image' : 'a video'
}

function count(speakers: 1 | 2): string {
  return speakers === 1 ? 'one speaker' : 'two speakers'
}
