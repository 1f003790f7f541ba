// A renderer whose renders end when and how the test says. Its output is not a video; the tests of the real renderers check their
// videos.
import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { RenderRequest, RenderResult } from '../../src/app/ports/engine.ts'
import type { Renderer } from '../../src/app/ports/renderer.ts'

export interface ScriptedRender {
  readonly request: RenderRequest
  /** Ends it well; the text is its file. */
  succeed(content?: string): void
  fail(error: unknown): void
  /** Whether it has ended, in whatever way. */
  readonly ended: Promise<void>
}

export class ScriptedRenderer implements Renderer {
  readonly renders: ScriptedRender[] = []
  /** Renders that are not waited for by the test succeed at once. */
  immediately = false
  readonly #waiting: ((render: ScriptedRender) => void)[] = []
  #taken = 0

  /** Drops finished renders. */
  forget(): void {
    this.renders.length = 0
    this.#taken = 0
  }

  /** The next render that starts, or one that has started and was not asked for yet. */
  next(): Promise<ScriptedRender> {
    const begun = this.renders[this.#taken]
    this.#taken += 1
    if (begun !== undefined) return Promise.resolve(begun)
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  async render(request: RenderRequest): Promise<RenderResult> {
    const { promise, resolve, reject } = Promise.withResolvers<string>()
    const ended = promise.then(
      () => {},
      () => {},
    )
    const render = {
      request,
      succeed: (content = `video ${this.renders.length}`) => resolve(content),
      fail: reject,
      ended,
    }
    request.signal.addEventListener('abort', () => reject(request.signal.reason), { once: true })
    this.renders.push(render)
    this.#waiting.shift()?.(render)
    if (this.immediately) render.succeed('the same video')
    return writeResult(request.workDir, await promise)
  }
}

async function writeResult(workDir: string, content: string): Promise<RenderResult> {
  const path = join(workDir, 'video.mp4')
  const posterPath = join(workDir, 'poster.jpg')
  await writeFile(path, content)
  await writeFile(posterPath, `poster of ${content}`)
  return {
    path,
    posterPath,
    bytes: Buffer.byteLength(content),
    sha256: createHash('sha256').update(content).digest('hex'),
    width: 64,
    height: 64,
    fps: 25,
    frames: 25,
    seconds: 1,
    engine: 'noop',
    seed: 7,
    warnings: [],
  }
}
