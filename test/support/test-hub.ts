// A real hub behind a real HTTP server, in this process and in a folder of its own: SQLite, blobs, worker, everything except long
// renders. It uses the noop engine unless a test brings a renderer or asks for the preview.
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RunningHub } from '../../src/app/create-hub.ts'
import type { HubEvent } from '../../src/app/ports/observer.ts'
import type { Renderer } from '../../src/app/ports/renderer.ts'
import { loadConfig } from '../../src/config/load-config.ts'
import { createHttpServer } from '../../src/http/server.ts'
import { mediaOriginOf } from '../../src/main/bucket-of.ts'
import { composeHub, uploadFolderOf } from '../../src/main/compose-hub.ts'
import { createMetrics } from '../../src/observe/metrics.ts'
import { holdToContract } from './hold-to-contract.ts'
import { ROOT } from './run-infinitetalk.ts'
import { SHIPPED_TOOLS } from './shipped-tools.ts'

export interface TestHub extends AsyncDisposable {
  readonly url: string
  readonly hub: RunningHub
  /** Its data folder. */
  readonly dataDir: string
  /** All observed events, in order. */
  readonly events: readonly HubEvent[]
  /** fetch() with the path added to the URL; the answer is checked against the contract. */
  fetch(path: string, init?: RequestInit): Promise<Response>
  /** Submits a request that the noop engine renders at once. @returns the job's id */
  submit(body?: Readonly<Record<string, unknown>>): Promise<string>
  /** The job once it has ended. */
  ended(id: string, timeoutMs?: number): Promise<Record<string, unknown>>
  stop(): Promise<void>
}

export interface TestHubOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly works?: boolean
  readonly renderer?: Renderer
}

export async function startTestHub(options: TestHubOptions = {}): Promise<TestHub> {
  const { env = {}, works = true, renderer } = options
  const dataDir = await mkdtemp(join(tmpdir(), 'infinitetalk-hub-'))
  const config = loadConfig({
    env: {
      INFINITETALK_DATA_DIR: dataDir,
      INFINITETALK_ENGINE: 'noop',
      INFINITETALK_LIMIT_DISK_RESERVE_BYTES: '1MB',
      ...SHIPPED_TOOLS,
      ...env,
    },
  })
  const events: HubEvent[] = []
  const metrics = createMetrics()
  const observer = {
    observe: (event: HubEvent) => {
      events.push(event)
      metrics.observe(event)
    },
  }
  const hub = await composeHub({
    config,
    env: process.env,
    observer,
    works,
    ...(renderer === undefined ? {} : { renderer }),
  })
  const clock = { monotonicMs: () => performance.now(), epochMs: () => Date.now() }
  let requests = 0
  const server = createHttpServer({
    hub,
    host: '127.0.0.1',
    port: 0,
    publicUrl: config.publicUrl ?? null,
    allowedOrigins: config.allowedOrigins,
    volumeDir: config.runpodVolumeDir,
    uploadFolder: uploadFolderOf(config),
    mediaOrigin: mediaOriginOf(config),
    apiKeys: config.apiKeys ?? [],
    version: '0.0.0-test',
    observer,
    metrics,
    clock,
    newRequestId: () => {
      requests += 1
      return `req_${requests}`
    },
  })
  const url = await server.listen()
  let stopped: Promise<void> | null = null
  const stop = (): Promise<void> => {
    stopped ??= (async () => {
      await hub.stop(AbortSignal.abort())
      await server.close(100)
      await hub.close()
      await rm(dataDir, { recursive: true, force: true })
    })()
    return stopped
  }
  const call = async (path: string, init?: RequestInit): Promise<Response> => {
    const response = await fetch(`${url}${path}`, init)
    await holdToContract(init?.method ?? 'GET', path, response)
    return response
  }
  return {
    url,
    hub,
    dataDir: config.dataDir,
    events,
    fetch: call,
    stop,
    [Symbol.asyncDispose]: stop,
    async submit(body = {}) {
      const response = await call('/v1/jobs', json({ ...(await tinyRequest()), ...body }))
      const answer = (await response.json()) as { id: string }
      if (!response.ok) throw new Error(JSON.stringify(answer))
      return answer.id
    },
    async ended(id, timeoutMs = 60_000) {
      const signal = AbortSignal.timeout(timeoutMs)
      const { job } = await hub.jobs.waitForEnd(id, { waitMs: timeoutMs, signal })
      const response = await call(`/v1/jobs/${job.id}`)
      return (await response.json()) as Record<string, unknown>
    },
  }
}

/** Options of a JSON POST. */
export function json(body: unknown, headers: Readonly<Record<string, string>> = {}): RequestInit {
  return {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  }
}

/** The shipped portrait and voice as base64. */
export async function tinyRequest(): Promise<Record<string, unknown>> {
  const read = async (name: string): Promise<string> =>
    (await readFile(join(ROOT, 'examples', name))).toString('base64')
  return {
    image: { base64: await read('portrait.png') },
    audio: { base64: await read('speech.wav') },
  }
}
