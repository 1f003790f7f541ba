// Chooses where the renders of each engine run: in a child process, or in this process when another machine does the work.
import { chooseEngine } from '../app/choose-engine.ts'
import { generateVideo } from '../app/generate-video.ts'
import type { Engines } from '../app/ports/engine.ts'
import type { Renderer } from '../app/ports/renderer.ts'
import type { Config } from '../config/load-config.ts'
import { withoutSecrets } from '../config/without-secrets.ts'
import type { Tools } from '../media/tool.ts'
import { createChildRenderer } from '../renderer/child-renderer.ts'
import { composeGeneration } from './compose-generation.ts'

export interface RenderingParts {
  readonly config: Config
  readonly tools: Tools
  readonly engines: Engines
  /** Replaces the program of the child process, in tests. */
  readonly renderProgram?: URL
}

export function composeRenderer(parts: RenderingParts): Renderer {
  const { config, tools, engines } = parts
  const child = createChildRenderer({
    program: parts.renderProgram ?? new URL('./render-child.ts', import.meta.url),
    // A process that parses strangers' files gets no secrets.
    config: withoutSecrets(config),
  })
  const ports = composeGeneration({ config, tools, nowMs: () => performance.now() }, engines)
  return {
    async render(request) {
      const engine = await chooseEngine(request.spec.engine, ports)
      if (engine.renderWhole !== undefined) return engine.renderWhole(request)
      if (engine.runsIn === 'child') return child.render(request)
      return generateVideo(request.spec, request, ports)
    },
  }
}
