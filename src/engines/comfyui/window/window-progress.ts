// From ComfyUI's messages about one window to the progress of its piece, which usually is the whole video. Only the sampler's steps
// count: audio, VAE and saving are silent, and their time is part of every window.
import { DEFAULT_WINDOWING } from '@infinitetalk/arithmetic'
import type { RenderProgress } from '../../../app/ports/engine.ts'
import type { WindowStep } from '../../../domain/window-steps.ts'
import type { Graph } from '../../../workflow/graph.ts'
import { type GraphStages, stagesOf } from '../graph-stages.ts'
import type { ComfyMessage } from '../progress-socket.ts'
import type { PromptProgress } from '../prompt-events.ts'

export interface WindowShape {
  readonly graph: Graph
  readonly step: WindowStep
  /** The windows of the piece, and the number of the first of them. */
  readonly windows: number
  readonly firstWindow: number
  readonly stepsPerWindow: number
  /** Frames that the windows after this one sample. */
  readonly framesAfter: number
}

export class WindowProgress implements PromptProgress {
  readonly #shape: WindowShape
  readonly #stages: GraphStages
  #done = 0
  #current: RenderProgress

  constructor(shape: WindowShape) {
    this.#shape = shape
    this.#stages = stagesOf(shape.graph)
    // Between two windows the video is being sampled, whatever ComfyUI does at the moment.
    this.#current =
      shape.step.number === shape.firstWindow
        ? { stage: 'waiting', done: 0, total: 0 }
        : this.#sampled()
  }

  get current(): RenderProgress {
    return this.#current
  }

  begin(): RenderProgress | null {
    if (this.#current.stage !== 'waiting') return null
    this.#current = { stage: 'loading_models', done: 0, total: 0 }
    return this.#current
  }

  hear({ type, data }: ComfyMessage): RenderProgress | null {
    const { node } = data
    if (typeof node !== 'string' || !Object.hasOwn(this.#shape.graph, node)) return null
    const isSampler = node === this.#stages.samplerId
    if (type === 'executing') return isSampler ? this.#advance(0) : this.begin()
    if (type !== 'progress' || !isSampler || data.max !== this.#shape.stepsPerWindow) return null
    return typeof data.value === 'number' ? this.#advance(data.value) : null
  }

  #advance(done: number): RenderProgress | null {
    if (this.#current.stage === 'sampling' && done <= this.#done) return null
    this.#done = Math.max(this.#done, Math.min(done, this.#shape.stepsPerWindow))
    this.#current = this.#sampled()
    return this.#current
  }

  #sampled(): RenderProgress {
    const { step, windows, firstWindow, stepsPerWindow, framesAfter } = this.#shape
    const number = step.number - firstWindow + 1
    const frameSteps = (stepsPerWindow - this.#done) * step.length + stepsPerWindow * framesAfter
    return {
      stage: 'sampling',
      done: (number - 1) * stepsPerWindow + this.#done,
      total: windows * stepsPerWindow,
      left: frameSteps / DEFAULT_WINDOWING.windowFrames,
      window: { number, count: windows },
    }
  }
}
