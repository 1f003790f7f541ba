// Beam over HTTP: a deployed task queue takes the render, the task API reports its state. Beam makes the id of a task, a repeated
// request starts a second render, and DELETE with a body cancels nothing: the comments below say what follows from that.
import { isRecord } from '@infinitetalk/contract/plain'
import { AppError } from '../../domain/errors.ts'
import { readEvents } from '../../net/read-events.ts'
import { ask, type CloudAddress, explainAnswer, open } from '../cloud/cloud-request.ts'
import type { CloudService, LookBack } from '../cloud/cloud-service.ts'
import { type ListedTask, readTask, readTaskList } from './beam-tasks.ts'
import { createBeamVolume } from './beam-volume.ts'
import { Workspace } from './workspace.ts'

export interface BeamOptions {
  /** The gateway: https://app.beam.cloud, or a self-hosted beta9. */
  readonly gatewayUrl: string
  readonly token: string
  /** A deployed task queue: `NAME`, `NAME/v3` or `id/STUB`. */
  readonly queue: string
  /** The URL that calls the queue if it has a host of its own. */
  readonly invokeUrl?: string
  /** The volume for inputs that are too large for a request; null for none. */
  readonly volume: string | null
}

/** Runners take 16 MiB by gRPC. The gateway accepts more, but then no runner can take the task out of the queue again. */
export const MAX_BODY_BYTES = 12 * 1024 * 1024
const HEALTH_MS = 5000
const LISTED_TASKS = 50

export function createBeamService(options: BeamOptions): CloudService {
  const { gatewayUrl, queue, volume, token, invokeUrl } = options
  const url = gatewayUrl.replace(/\/+$/, '')
  const address: CloudAddress = { title: 'Beam', url, token, tokenSetting: 'BEAM_TOKEN' }
  const workspace = new Workspace(address)
  const queuePath = `/taskqueue/${queue.split('/').map(encodeURIComponent).join('/')}`
  const invoked =
    invokeUrl === undefined
      ? { address, path: queuePath }
      : { address: { ...address, url: new URL(invokeUrl).origin }, path: '/' }
  const taskPath = async (id: string, signal: AbortSignal): Promise<string> =>
    `/api/v1/task/${await workspace.id(signal)}/${encodeURIComponent(id)}`
  return {
    engine: 'beam',
    title: 'Beam',
    backend: `${url}/taskqueue/${queue}`,
    maxBodyBytes: MAX_BODY_BYTES,
    whenTooLarge:
      'Set BEAM_VOLUME to a volume that takes the inputs, or ask for a shorter or smaller video.',
    health: (signal) => workspace.health(signal, HEALTH_MS),
    bodyBytes: (input) => Buffer.byteLength(JSON.stringify(input)),

    async submit(input, timeoutMs) {
      const { path } = invoked
      const body = JSON.stringify(input)
      const signal = AbortSignal.any([])
      const answer = await ask(invoked.address, { method: 'POST', path, body, signal, timeoutMs })
      const id = isRecord(answer.json) ? answer.json.task_id : null
      if (answer.status === 200 && typeof id === 'string' && id !== '') return id
      if (answer.status === 429) throw queueFull(queue)
      throw explainAnswer(address, answer, `the task queue "${queue}"`)
    },

    async look(id, signal) {
      const answer = await ask(address, { path: await taskPath(id, signal), signal })
      if (answer.status === 404) return null
      const task = answer.status === 200 ? readTask(answer.json) : null
      if (task === null) throw explainLook(address, answer, id)
      return task
    },

    // DELETE on the task API answers 200 whatever happened; this route reports errors.
    async cancel(id, signal) {
      const path = '/api/v1/gateway/tasks/stop'
      const body = JSON.stringify({ task_ids: [id] })
      const answer = await ask(address, { method: 'POST', path, body, signal })
      const isDone = answer.status === 200 && isRecord(answer.json) && answer.json.ok !== false
      if (!isDone) throw explainAnswer(address, answer, `the task ${id}`)
    },

    async listen(id, ring, signal) {
      const path = `${await taskPath(id, signal)}/subscribe`
      const response = await open(address, { path, signal }, signal)
      if (response.status !== 200 || response.body === null) {
        await response.body?.cancel()
        throw new AppError('engine_unreachable', `Beam pushes no events (HTTP ${response.status}).`)
      }
      let last = ''
      for await (const data of readEvents(response.body)) {
        const status = statusIn(data)
        if (status === last) continue
        last = status
        ring()
      }
    },

    lookBack: createLookBack(address, workspace, invokeUrl === undefined ? nameIn(queue) : null),
    ...(volume === null ? {} : { storage: createBeamVolume({ address, workspace, volume }) }),
  }
}

function queueFull(queue: string): AppError {
  const detail = `The task queue "${queue}" of Beam is full (HTTP 429).`
  return new AppError('queue_full', detail)
}

function explainLook(
  address: CloudAddress,
  answer: Parameters<typeof explainAnswer>[1],
  id: string,
): AppError {
  if (answer.status !== 200) return explainAnswer(address, answer, `the task ${id}`)
  const detail = `The server at ${address.url} that answered for the task ${id} is not Beam.`
  return new AppError('engine_unreachable', detail)
}

function statusIn(data: string): string {
  try {
    const json: unknown = JSON.parse(data)
    return isRecord(json) ? String(json.status) : ''
  } catch {
    return ''
  }
}

/** null for a queue that is named by its stub. */
function nameIn(queue: string): string | null {
  const [name = queue] = queue.split('/')
  return name === 'id' || name === 'public' ? null : name
}

/**
 * The newest tasks of the workspace are enough: a lost answer is looked up within seconds, or at the next start.
 *
 * @param name of the deployment; null when unknown, and then every task may belong to it
 */
export function createLookBack(
  address: CloudAddress,
  workspace: Workspace,
  name: string | null,
): LookBack {
  const mayBeOurs = ({ deployment }: ListedTask): boolean =>
    deployment === null || name === null || deployment === name
  const list = async (signal: AbortSignal) => {
    const path = `/api/v1/task/${await workspace.id(signal)}?limit=${LISTED_TASKS}`
    const answer = await ask(address, { path, signal })
    if (answer.status !== 200) throw explainAnswer(address, answer, 'its list of tasks')
    return readTaskList(answer.json).filter(mayBeOurs)
  }
  return {
    async mark(signal) {
      const times = (await list(signal)).map(({ createdAtMs }) => createdAtMs ?? 0)
      return String(Math.max(0, ...times))
    },
    async since(mark, signal) {
      const afterMs = Number(mark)
      const tasks = await list(signal)
      return tasks
        .filter(({ createdAtMs }) => createdAtMs === null || createdAtMs > afterMs)
        .map(({ id }) => id)
    },
  }
}
