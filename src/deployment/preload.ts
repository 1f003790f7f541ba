// A one-shot container that fills the volume with models, followed to its end: its state by asking, its lines as they come. One that
// runs already is followed instead of running a second beside it. Whoever leaves stops it: what it brought so far is kept, and
// nothing goes on unseen at somebody's cost.
import { isRecord } from '@infinitetalk/contract'
import type { DeployRequest, Preloaded } from '../app/ports/deployment.ts'
import { abortError } from '../async/abort-error.ts'
import { pause } from '../async/pause.ts'
import { AppError, toAppError } from '../domain/errors.ts'
import { readTask } from '../engines/beam/beam-tasks.ts'
import { wasNeverHeard } from '../engines/cloud/cloud-request.ts'
import type { CloudTask } from '../engines/cloud/cloud-service.ts'
import { carryOut } from './carry-out.ts'
import { call, callForJson, type Gateway, strangeAnswer, textIn } from './gateway.ts'
import { listenOn } from './listen-on.ts'
import { type Site, survey } from './survey.ts'

export interface PreloadTimes {
  /** Between looks at the task, once it has run for a while. */
  readonly pollMs: number
  /** How long the gateway may be away while the task runs. */
  readonly awayMs: number
  /** The last lines come a moment after the end. */
  readonly lastLinesMs: number
}

export const PRELOAD_TIMES: PreloadTimes = {
  pollMs: 3000,
  awayMs: 10 * 60_000,
  lastLinesMs: 1000,
}
const STOP_MS = 15_000
const FIRST_POLL_MS = 200
const LISTED_TASKS = 10
/** As the error shows them. */
const MAX_LAST_LINES = 3

export async function preload(
  gateway: Gateway,
  site: Site,
  request: DeployRequest,
  times: PreloadTimes,
): Promise<Preloaded> {
  const { spec, watcher, signal } = request
  const found = await survey(gateway, site, spec, signal)
  const stubId = await carryOut(gateway, site, request, found)
  const running = await findRunning(gateway, stubId, signal)
  const taskId = running ?? (await start(gateway, stubId, spec.name))
  const how = running === null ? 'started' : 'runs already, and is followed'
  watcher.onStart(`task ${taskId}: ${how}`)
  try {
    await follow(gateway, taskId, request, times)
  } catch (thrown) {
    if (signal.aborted) throw await stopped(gateway, taskId, signal)
    throw thrown
  }
  return { taskId, volume: spec.volume, wasRunning: running !== null }
}

/** Whoever leaves meanwhile waits for the answer, as only that says what is to be stopped. */
async function start(gateway: Gateway, stubId: string, name: string): Promise<string> {
  const what = `the task "${name}"`
  const signal = AbortSignal.any([])
  const body = { stub_id: stubId }
  const path = '/api/v1/gateway/pods'
  const json = await call(gateway, { method: 'POST', path, body, what, signal }).catch(startLost)
  const { containerId } = json
  if (json.taskId === '' && typeof containerId === 'string' && containerId !== '') {
    const detail = `Beam started the container ${containerId} and names no task to follow: see its dashboard.`
    throw new AppError('deployment_failed', detail)
  }
  return textIn(gateway, json, ['taskId', 'task_id'], what)
}

/** Whoever pays for it has to know of a task that may run without an answer having come. */
function startLost(thrown: unknown): never {
  const error = toAppError(thrown)
  if (error.code !== 'engine_unreachable' || wasNeverHeard(error)) throw error
  const detail = `${error.detail} A task may have been started: the same command follows it.`
  throw new AppError(error.code, detail, { cause: thrown, meta: error.meta })
}

/** @returns its id, or null when none of this configuration runs */
async function findRunning(
  gateway: Gateway,
  stubId: string,
  signal: AbortSignal,
): Promise<string | null> {
  const query = new URLSearchParams({ stub_ids: stubId, limit: String(LISTED_TASKS) })
  const path = `/api/v1/task/${await gateway.workspace.id(signal)}?${query}`
  const json = await callForJson(gateway, { path, what: 'its list of tasks', signal })
  const list = isRecord(json) ? json.data : json
  for (const row of Array.isArray(list) ? list : []) {
    const state = readTask(row)?.state
    const id = isRecord(row) ? (row.external_id ?? row.id) : null
    if ((state === 'waiting' || state === 'running') && typeof id === 'string') return id
  }
  return null
}

async function follow(
  gateway: Gateway,
  taskId: string,
  { watcher, signal }: DeployRequest,
  times: PreloadTimes,
): Promise<void> {
  const lines: string[] = []
  const onLine = (line: string): void => {
    lines.push(line)
    if (lines.length > MAX_LAST_LINES) lines.shift()
    watcher.onOutput(line)
  }
  const listening = new AbortController()
  const leaving = AbortSignal.any([signal, listening.signal])
  let heard: Promise<void> | null = null
  try {
    const task = await untilEnded(gateway, taskId, signal, times, (state) => {
      if (state !== 'running') return
      // Before it runs there is no container that could say anything.
      heard ??= listenOn(gateway, taskId, leaving, times.pollMs, onLine)
      watcher.onStart(`task ${taskId}: runs`)
    })
    // It may have ended between two looks.
    heard ??= listenOn(gateway, taskId, leaving, times.pollMs, onLine)
    await Promise.race([heard, pause(times.lastLinesMs, signal)])
    if (task.state === 'succeeded') return
    throw failed(taskId, task, lines)
  } finally {
    listening.abort()
    await heard
  }
}

async function untilEnded(
  gateway: Gateway,
  taskId: string,
  signal: AbortSignal,
  { pollMs, awayMs }: PreloadTimes,
  onState: (state: CloudTask['state']) => void,
): Promise<CloudTask> {
  const what = `the task ${taskId}`
  const path = `/api/v1/task/${await gateway.workspace.id(signal)}/${encodeURIComponent(taskId)}`
  let last = ''
  let seenAtMs = performance.now()
  let waitMs = Math.min(FIRST_POLL_MS, pollMs)
  for (;;) {
    try {
      const task = readTask(await callForJson(gateway, { path, what, signal }))
      if (task === null) throw strangeAnswer(gateway, what)
      seenAtMs = performance.now()
      if (task.state !== 'waiting' && task.state !== 'running') return task
      if (task.state !== last) onState(task.state)
      last = task.state
    } catch (thrown) {
      const passes = thrown instanceof AppError && thrown.code === 'engine_unreachable'
      if (signal.aborted || !passes || performance.now() - seenAtMs > awayMs) throw thrown
    }
    await pause(waitMs, signal)
    waitMs = Math.min(waitMs * 2, pollMs)
  }
}

function failed(taskId: string, { status, reason }: CloudTask, lines: readonly string[]): AppError {
  const words = [reason ?? '', ...lines].filter((text) => text !== '').join(' | ')
  const said = words === '' ? '' : `: ${words.replace(/\.$/, '')}`
  const detail = `The task ${taskId} at Beam ended as ${status}${said}.`
  return new AppError('deployment_failed', detail)
}

async function stopped(gateway: Gateway, taskId: string, signal: AbortSignal): Promise<AppError> {
  const body = { task_ids: [taskId] }
  const path = '/api/v1/gateway/tasks/stop'
  const what = `to stop the task ${taskId}`
  const deadline = AbortSignal.timeout(STOP_MS)
  const detail = await call(gateway, { method: 'POST', path, body, what, signal: deadline }).then(
    () =>
      `The task ${taskId} at Beam is stopped. What it brought is kept on the volume: the same command goes on from there.`,
    () =>
      `Beam did not confirm that the task ${taskId} is stopped: look at its dashboard. The same command follows it, or goes on from what it brought.`,
  )
  return new AppError('canceled', detail, { cause: abortError(signal), meta: { taskId } })
}
