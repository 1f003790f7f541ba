// Renders in a child process. A child that is killed, runs out of memory or crashes in a decoder ends only its own attempt. A
// canceled child is asked to stop, and killed if it does not.
import { type ChildProcess, fork } from 'node:child_process'
import type { RenderRequest, RenderResult } from '../app/ports/engine.ts'
import type { Renderer } from '../app/ports/renderer.ts'
import { abortError } from '../async/abort-error.ts'
import { AppError } from '../domain/errors.ts'
import { childEnvironment } from '../media/limited-command.ts'
import { liveChildren } from '../media/live-children.ts'
import { StderrTail } from '../media/stderr-tail.ts'
import {
  fromSentError,
  type HubMessage,
  type RenderOrder,
  type RenderReport,
} from './render-messages.ts'

export interface ChildRendererOptions {
  /** The program of the child: reads one RenderOrder, sends RenderReports. */
  readonly program: URL
  /** Sent to the child, which composes its engines from it. */
  readonly config: unknown
}

/** A child that was asked to stop ends its own children first. After this time it is killed. */
const STOP_GRACE_MS = 3000

export function createChildRenderer(options: ChildRendererOptions): Renderer {
  return {
    render: (request) => renderInChild(request, options),
  }
}

async function renderInChild(
  { spec, workDir, signal, onProgress, onFrame, measuredSpeeds }: RenderRequest,
  { program, config }: ChildRendererOptions,
): Promise<RenderResult> {
  if (signal.aborted) throw abortError(signal)
  const child = fork(program, {
    env: { ...childEnvironment(process.env), TMPDIR: workDir },
    execArgv: [],
    // In its own process group: a signal to the hub's group reaches the hub alone, which then decides about the job.
    detached: process.platform !== 'win32',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  liveChildren.add(child)
  const stderr = new StderrTail([])
  child.stderr?.on('data', (chunk: Buffer) => stderr.push(chunk))
  const outcome: { report: Exclude<RenderReport, { type: 'progress' | 'frame' }> | null } = {
    report: null,
  }
  child.on('message', (message) => {
    const report = message as RenderReport
    if (report.type === 'progress') onProgress(report.progress)
    else if (report.type === 'frame') onFrame?.(Buffer.from(report.jpeg, 'base64'))
    else outcome.report = report
  })
  const stopping = stopWhenAborted(child, signal)
  try {
    const order: RenderOrder = { type: 'render', spec, workDir, config, measuredSpeeds }
    // Sending fails when the child has ended already; its end then gives the reason.
    child.send(order, () => {})
    const end = await endOf(child)
    if (signal.aborted) throw abortError(signal)
    if (outcome.report === null) throw crashed(end, stderr.lastLine)
    if (outcome.report.type === 'failed') throw fromSentError(outcome.report.error)
    return outcome.report.result
  } finally {
    stopping.dispose()
  }
}

function stopWhenAborted(child: ChildProcess, signal: AbortSignal) {
  let graceTimer: NodeJS.Timeout | undefined
  const onAbort = (): void => {
    if (child.connected) child.send({ type: 'stop' } satisfies HubMessage, () => {})
    graceTimer = setTimeout(() => child.kill('SIGKILL'), STOP_GRACE_MS)
  }
  signal.addEventListener('abort', onAbort, { once: true })
  return {
    dispose() {
      signal.removeEventListener('abort', onAbort)
      clearTimeout(graceTimer)
    },
  }
}

interface ChildEnd {
  readonly exitCode: number | null
  readonly killedBy: NodeJS.Signals | null
}

function endOf(child: ChildProcess): Promise<ChildEnd> {
  return new Promise((resolve, reject) => {
    child.once('error', (cause) => {
      reject(new AppError('engine_crashed', 'The render process could not be started.', { cause }))
    })
    child.once('close', (exitCode, killedBy) => resolve({ exitCode, killedBy }))
  })
}

function crashed({ exitCode, killedBy }: ChildEnd, lastLine: string): AppError {
  const how = killedBy === null ? `exited with code ${exitCode}` : `was ended by ${killedBy}`
  const said = lastLine === '' ? '' : `: ${lastLine}`
  return new AppError('engine_crashed', `The render process ${how}${said}.`, {
    meta: { exitCode, killedBy },
  })
}
