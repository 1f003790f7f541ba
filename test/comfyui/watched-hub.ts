// A hub in a process of its own whose jobs a test hands in and watches over HTTP: what the suites that kill hubs and ComfyUIs share.
import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import { startHub } from '../support/serving-hub.ts'
import { tinyRequest } from '../support/test-hub.ts'

export interface JobAnswer {
  readonly id: string
  readonly status: string
  readonly stage: string | null
  readonly attempt: number
  readonly error: { readonly code: string; readonly message: string } | null
  readonly output: { readonly seed: number } | null
}

export interface WatchedHub {
  readonly url: string
  readonly pid: number
  kill(signal: NodeJS.Signals): Promise<void>
  get(id: string): Promise<JobAnswer>
  /** The body of a GET. */
  read(path: string): Promise<string>
  cancel(id: string): Promise<JobAnswer>
  /** A render of a second or so; `members` lie over its request. @returns its id */
  submit(members?: object): Promise<string>
  /** Like submit(), for a request that may be refused. */
  offer(members?: object): Promise<JobAnswer | { readonly code: string }>
  /** Sends a file ahead of its job. @returns its id */
  upload(content: Buffer): Promise<string>
  /** The job once it is so. @param deadlineMs two minutes when it is left out */
  until(id: string, isSo: (job: JobAnswer) => boolean, deadlineMs?: number): Promise<JobAnswer>
}

const POLL_MS = 50
export const DEADLINE_MS = 120_000

export async function startWatchedHub(
  dataFolder: string,
  settings: Readonly<Record<string, string>>,
  words: readonly string[] = [],
): Promise<WatchedHub> {
  const env = {
    INFINITETALK_LIMIT_DISK_RESERVE_BYTES: '1MB',
    // A busy machine may keep a worker from its heartbeat for a second or two.
    INFINITETALK_LIMIT_LEASE_MS: '5s',
    ...settings,
  }
  const hub = await startHub({ dataFolder, env, words })
  const call = async (method: string, path: string, body?: unknown): Promise<JobAnswer> => {
    const sent =
      body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
    const response = await fetch(`${hub.url}${path}`, { method, ...sent })
    const answer = (await response.json()) as JobAnswer
    expect(response.ok, JSON.stringify(answer)).toBe(true)
    return answer
  }
  const body = async (members: object) =>
    ({ ...(await tinyRequest()), width: 64, height: 64, ...members }) as const
  const get = (id: string): Promise<JobAnswer> => call('GET', `/v1/jobs/${id}`)
  return {
    url: hub.url,
    pid: hub.pid,
    kill: hub.kill,
    get,
    read: async (path) => (await fetch(`${hub.url}${path}`)).text(),
    cancel: (id) => call('POST', `/v1/jobs/${id}/cancel`),
    async submit(members = {}) {
      return (await call('POST', '/v1/jobs', await body(members))).id
    },
    async offer(members = {}) {
      const headers = { 'content-type': 'application/json' }
      const sent = { method: 'POST', headers, body: JSON.stringify(await body(members)) }
      return (await (await fetch(`${hub.url}/v1/jobs`, sent)).json()) as JobAnswer
    },
    async upload(content) {
      const file = await fetch(`${hub.url}/v1/files`, { method: 'POST' })
      const { id, upload_url: to } = (await file.json()) as { id: string; upload_url: string }
      const sent = await fetch(to, { method: 'PUT', body: new Uint8Array(content) })
      expect(sent.ok, await sent.text()).toBe(true)
      return id
    },
    async until(id, isSo, deadlineMs = DEADLINE_MS) {
      const deadline = Date.now() + deadlineMs
      for (;;) {
        const job = await get(id)
        if (isSo(job)) return job
        if (Date.now() > deadline) throw new Error(`It stayed ${JSON.stringify(job)}`)
        await sleep(POLL_MS)
      }
    },
  }
}

export const isSampling = ({ stage }: JobAnswer): boolean => stage === 'sampling'
export const hasEnded = ({ status }: Pick<JobAnswer, 'status'>): boolean =>
  !['queued', 'running'].includes(status)
