// The renderer port: carries out a whole render in any process. In a process of its own a render can be killed without harm, and
// the media it parses cannot hurt the hub.
import type { RenderRequest, RenderResult } from './engine.ts'

export interface Renderer {
  /** @throws AppError any code of a render; `engine_crashed` when its process died */
  render(request: RenderRequest): Promise<RenderResult>
}
