// Each engine's renders go where that engine lives.
import type { Renderer } from '../app/ports/renderer.ts'

export function createRoutedRenderer(
  byEngine: ReadonlyMap<string, Renderer>,
  others: Renderer,
): Renderer {
  const rendererOf = (engine: string | null): Renderer => byEngine.get(engine ?? '') ?? others
  return {
    unitOf: (engine) => rendererOf(engine).unitOf(engine),
    render: (request) => rendererOf(request.spec.engine).render(request),
  }
}
