// A container of a task queue: takes one task after the other, holds each while it is rendered, and tells its end. What was rendered
// is told until it is heard, and what another container has by now is left to it.
import { setTimeout as sleep } from 'node:timers/promises'
import { isRecord } from '@infinitetalk/contract'
import type { Hub } from '../../app/hub.ts'
import { type AppError, toAppError } from '../../domain/errors.ts'
import { isOfBrokenMachine } from '../broken-machine.ts'
import { describeFailure, describeSuccess, type TaskSuccess } from '../describe-task.ts'
import { runTask } from '../run-task.ts'
import { type Claim, holdClaim } from './hold-claim.ts'
import type { QueueClient } from './queue-client.ts'
import { saveOutput } from './save-output.ts'
import type { CallbackStatus } from './send-callback.ts'
import type { TaskLog } from './task-log.ts'
import { endByVerdict, type TaskEnd, tellEnd } from './tell-end.ts'
import { type Call, unwrapCall } from './unwrap-call.ts'

export interface QueuePorts {
  readonly hub: Hub
  readonly client: QueueClient
  readonly log: TaskLog
  readonly outputsFolder: string
  /** Who is told of the end; null for nobody. @throws AppError for a place that may not be told */
  callbackTarget(call: Call): string | null
  tell(url: string, taskId: string, status: CallbackStatus, data: unknown): Promise<void>
}

export interface Stopping {
  /** No task is begun any more. */
  readonly draining: AbortSignal
  /** What runs is put back. */
  readonly hurrying: AbortSignal
}

/** As beta9's own runner asks. */
const IDLE_MS = 100
const FIRST_PAUSE_MS = 250
const LONGEST_PAUSE_MS = 5000

/** Returns when it has drained. @throws AppError `unauthenticated`, or what broke the machine */
export async function workQueue(ports: QueuePorts, stopping: Stopping): Promise<void> {
  const { client, log } = ports
  const { draining } = stopping
  for (let pauseMs = FIRST_PAUSE_MS; !draining.aborted; ) {
    let text: string | null
    try {
      text = await client.pop()
      pauseMs = FIRST_PAUSE_MS
    } catch (thrown) {
      const error = toAppError(thrown)
      if (error.code === 'unauthenticated') throw error
      log.say(null, troubleWith(error))
      await pause(pauseMs, draining)
      pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)
      continue
    }
    if (text === null) {
      await pause(IDLE_MS, draining)
      continue
    }
    const problem = await workTask(text, ports, stopping)
    // Given back to a queue, a task would come to this machine again, until its policy allows no more.
    if (problem !== null && isOfBrokenMachine(problem)) throw problem
  }
}

function troubleWith({ code, detail }: AppError): string {
  if (code !== 'input_too_large') return detail
  return (
    `${detail} Beam ends it with ERROR once it was delivered as often as its policy allows. ` +
    'Its sender should send large inputs as URLs.'
  )
}

/** @returns why it failed */
async function workTask(
  text: string,
  ports: QueuePorts,
  stopping: Stopping,
): Promise<AppError | null> {
  const message = parse(text)
  const taskId = isRecord(message) ? message.task_id : null
  if (typeof taskId !== 'string' || taskId === '') {
    ports.log.say(null, 'Beam delivered something that is no task; it is left alone.')
    return null
  }
  const startedAtMs = performance.now()
  const onTrouble = (sentence: string): void => ports.log.say(taskId, sentence)
  await using claim = holdClaim({ client: ports.client, taskId, onTrouble })
  const { end, url, problem } = await renderTask(taskId, message, claim, ports, stopping)
  const seconds = (performance.now() - startedAtMs) / 1000
  const { news, result } = await tellEnd({ taskId, seconds, end }, claim, ports)
  if (url !== null && news !== null) await ports.tell(url, taskId, news, result)
  return problem
}

interface Rendered {
  readonly end: TaskEnd
  /** Who is told of it; null for nobody. */
  readonly url: string | null
  /** Why it failed here. */
  readonly problem: AppError | null
}

/** Never throws: every way to end is one of these. */
async function renderTask(
  taskId: string,
  message: unknown,
  claim: Claim,
  ports: QueuePorts,
  { hurrying }: Stopping,
): Promise<Rendered> {
  const signal = AbortSignal.any([claim.signal, hurrying])
  let url: string | null = null
  try {
    const call = unwrapCall(message)
    url = ports.callbackTarget(call)
    ports.log.say(taskId, 'The render begins.')
    const result = await makeVideo(taskId, call, { claim, signal }, ports)
    return { end: { told: 'COMPLETE', news: 'COMPLETE', result }, url, problem: null }
  } catch (thrown) {
    // What the gateway said goes before whatever broke meanwhile: told an end, it would take a canceled task up again.
    const isTheirs = claim.signal.aborted
    const error = toAppError(isTheirs ? claim.signal.reason : thrown)
    ports.log.say(taskId, `The render ended (${error.code}): ${error.detail}`)
    if (isTheirs) return { end: endByVerdict(error), url, problem: null }
    const told = error.code === 'stopping' || error.entry.retryable ? 'RETRY' : 'ERROR'
    return { end: { told, news: told, result: describeFailure(error) }, url, problem: error }
  }
}

async function makeVideo(
  taskId: string,
  { input }: Call,
  { claim, signal }: { readonly claim: Claim; readonly signal: AbortSignal },
  { hub, log, outputsFolder }: QueuePorts,
): Promise<TaskSuccess> {
  let stage: string | null = null
  const finished = await runTask(hub, {
    id: taskId,
    input,
    signal,
    onProgress({ progress }) {
      if (progress === null || progress.stage === stage) return
      stage = progress.stage
      log.say(taskId, `${stage}, ${Math.round(progress.fraction * 100)} %`)
    },
  })
  // A container that was cut off in the meantime must not add a second video to the task of another one.
  await claim.confirm(signal)
  if (signal.aborted) throw toAppError(signal.reason)
  const filename = `${finished.job.id}.mp4`
  await saveOutput(finished.video, { folder: outputsFolder, taskId, filename }, signal)
  log.say(taskId, `The video is saved: ${filename}.`)
  return describeSuccess(finished, filename)
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => {})
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
