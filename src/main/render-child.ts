// The process that renders one job of a hub: it receives one order, reports its progress, and ends. It stops when the hub says so, and
// when the connection to the hub breaks, so it does not outlive the hub. A signal does not stop it: a SIGTERM to every process of a
// service reaches the hub too, and only the hub knows whether the job was canceled or will be rendered again.
import { generateVideo } from '../app/generate-video.ts'
import type { Config } from '../config/load-config.ts'
import { AppError, toAppError } from '../domain/errors.ts'
import {
  type HubMessage,
  type RenderOrder,
  type RenderReport,
  toSentError,
} from '../renderer/render-messages.ts'
import { composeGeneration, findConfiguredTools } from './compose-generation.ts'
import { openEngines } from './engines.ts'

/** After this time the process ends even if work is still running: nobody would receive its report. */
const EXIT_GRACE_MS = 2000

const work = new AbortController()
const stop = (): void => work.abort(new AppError('canceled', 'The render was stopped.'))
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})
process.once('disconnect', () => {
  stop()
  setTimeout(() => process.exit(1), EXIT_GRACE_MS).unref()
})
process.on('message', (message: HubMessage) => {
  if (message.type === 'stop') stop()
  else void carryOut(message)
})

async function carryOut(order: RenderOrder): Promise<void> {
  await report(await render(order))
  if (process.connected) process.disconnect?.()
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
    const surroundings = { config: settled, tools, env: process.env }
    await using opened = await openEngines(surroundings, spec.engine)
    const ports = composeGeneration({ config: settled, tools, nowMs }, opened.engines)
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
