// The need of a request decides which workers of its engine can render it: the workflow that it names, or one for its kind of input
// and number of speakers. It is one string, so that a database finds the next job for a worker by equality.
import type { InputType } from '@infinitetalk/contract'

/** Every worker with the engine can render it. */
export const NO_NEED = ''

/** The need of a request that names no workflow. No file that is a workflow has a slash in its name. */
export function kindNeed(inputType: InputType, speakers: 1 | 2): string {
  return `${inputType}/${speakers}`
}

export function isWorkflowName(need: string): boolean {
  return !need.includes('/')
}

/** For the sentence "No running worker has ...". */
export function sayNeed(need: string): string {
  if (isWorkflowName(need)) return `the workflow "${need}"`
  const [inputType, speakers] = need.split('/')
  const input = inputType === 'image' ? 'an image' : 'a video'
  return `a workflow for ${input} and ${speakers === '1' ? 'one speaker' : 'two speakers'}`
}

/** A kind of job that a worker can render. */
export interface Ability {
  readonly engine: string
  readonly need: string
}
