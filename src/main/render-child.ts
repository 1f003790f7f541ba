// The process that renders one job of a hub: takes one order, reports how far it is, and ends. It does not outlive its hub:
// when the line to it is cut, the work is stopped.
import { generateVideo } from '../app/generate-video.ts'
import type { Config } from '../config/load-config.ts'
import { AppError, toAppError } from '../domain/errors.ts'
import { type RenderOrder, type RenderReport, toSentError } from '../renderer/render-messages.ts'
import { composeGeneration, findConfiguredTools } from './compose-generation.ts'

/** What is still busy after this, with nobody to report to, is left to die with the process. */
const EXIT_GRACE_MS = 2000

const work = new AbortController()
const stop = (): void => work.abort(new AppError('canceled', 'The render was stopped.'))
process.on('SIGTERM', stop)
// Ctrl-C at a terminal reaches the hub as well; what becomes of this work is for the hub to say.
process.on('SIGINT', () => {})
process.once('disconnect', () => {
  stop()
  setTimeout(() => process.exit(1), EXIT_GRACE_MS).unref()
})
process.once('message', (order) => void carryOut(order as RenderOrder))

async function carryOut(order: RenderOrder): Promise<void> {
  await report(await render(order))
  process.disconnect?.()
}

async function render({
  spec,
  workDir,
  config,
  measuredSpeeds,
}: RenderOrder): Promise<RenderReport> {
  try {
    const nowMs = (): number => performance.now()
    const settled = config as Config
    const tools = await findConfiguredTools(settled, process.env.PATH ?? '')
    const ports = composeGeneration({ config: settled, tools, nowMs }, null)
    const result = await generateVideo(
      spec,
      {
        workDir,
        measuredSpeeds,
        signal: work.signal,
        onProgress: (progress) => void report({ type: 'progress', progress }),
        onFrame: (jpeg) =>
          void report({ type: 'frame', jpeg: Buffer.from(jpeg).toString('base64') }),
      },
      ports,
    )
    return { type: 'done', result }
  } catch (error) {
    return { type: 'failed', error: toSentError(toAppError(error)) }
  }
}

function report(message: RenderReport): Promise<void> {
  return new Promise((sent) => {
    if (process.connected) process.send?.(message, undefined, {}, () => sent())
    else sent()
  })
}
