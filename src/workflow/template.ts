// A workflow that can be served: a graph, its parameters, and the node of its video. Its bindings show its purpose: a workflow that
// takes a video re-syncs lips, one that takes a second voice or masks has two speakers.
import type { InputType } from '@infinitetalk/contract'
import { type Bindings, resolveBindings } from './bindings.ts'
import { type Graph, parseGraph } from './graph.ts'
import { workflowInvalid } from './workflow-error.ts'

export interface Template {
  readonly name: string
  readonly inputType: InputType
  readonly speakers: 1 | 2
  readonly graph: Graph
  readonly bindings: Bindings
  /** The node whose video is the result. */
  readonly outputNode: string
  /** One run of it renders one window, from the last frames of the previous window; its pictures are the result. */
  readonly rendersWindows: boolean
}

/**
 * An image (or a video) and an output are enough; a parameter without a binding keeps its value in the graph.
 *
 * @param graph parsed JSON: the graph in the API format
 * @param bindings parsed JSON: see resolveBindings()
 * @throws AppError `workflow_invalid`
 */
export function createTemplate(name: string, graph: unknown, bindings: unknown): Template {
  const parsed = parseGraph(graph, name)
  const resolved = resolveBindings(bindings, parsed, name)
  const takes = (parameter: 'image' | 'video' | 'audio_2' | 'mask_1') =>
    resolved.bindings.has(parameter)
  if (!takes('image') && !takes('video')) {
    throw workflowInvalid(name, 'has bindings for neither "image" nor "video"')
  }
  return {
    name,
    inputType: takes('video') ? 'video' : 'image',
    speakers: takes('audio_2') || takes('mask_1') ? 2 : 1,
    graph: parsed,
    ...resolved,
    rendersWindows: resolved.bindings.has('previous_frames'),
  }
}

/** The workflow for a request that names none. */
export function defaultTemplateName(inputType: InputType, speakers: 1 | 2): string {
  return `${inputType === 'video' ? 'V2V' : 'I2V'}_${speakers === 2 ? 'multi' : 'single'}`
}

/** Names are compared as the file systems of Windows and macOS do: without case. */
export function findTemplate(templates: readonly Template[], name: string): Template | undefined {
  return templates.find((template) => template.name.toLowerCase() === name.toLowerCase())
}
