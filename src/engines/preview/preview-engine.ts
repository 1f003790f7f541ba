// The engine that runs anywhere: it animates the faces of one or two speakers in a picture on the CPU, without models to
// download. What renders is imported at the first render: a hub renders in a process of its own and never needs it.
import type { Engine } from '../../app/ports/engine.ts'
import { findMissingProgram } from '../../media/find-missing-program.ts'
import type { Tools } from '../../media/tool.ts'
import { PREVIEW_CAPABILITIES } from './preview-capabilities.ts'
import type { PreviewEngineOptions } from './render-preview.ts'

/** The number of threads that draw, from the configuration. */
export interface PreviewSurroundings {
  readonly config: { readonly workers?: number | undefined }
  readonly tools: Tools
}

export function openPreview({ config, tools }: PreviewSurroundings): Engine {
  return createPreviewEngine({ tools, workers: config.workers })
}

export function createPreviewEngine(options: PreviewEngineOptions): Engine {
  return {
    name: 'preview',
    capabilities: PREVIEW_CAPABILITIES,
    runsIn: 'child',
    onlyPreviews: true,
    samplingUnit: 'frames',
    probesInputs: true,
    isPredictable: true,
    samplingOf: () => null,
    health: () => findMissingProgram(options.tools),
    async generate(plan, context) {
      const { renderPreview } = await import('./render-preview.ts')
      return renderPreview(plan, context, options)
    },
  }
}
