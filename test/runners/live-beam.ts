// What the suites of the runner share: a gateway with one container or more, requests that render in a second, and their clients.
import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { mkdir } from 'node:fs/promises'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, vi } from 'vitest'
import { CLIENT_TOKEN } from '../beam/standin/workspace.ts'
import { freePort } from '../comfyui/standin/free-port.ts'
import { createTestFolder } from '../support/test-folder.ts'
import { tinyRequest } from '../support/test-hub.ts'
import { type Container, type ContainerOptions, startContainer } from './standin/container.ts'
import {
  ENDPOINT,
  type GatewayOptions,
  LiveGateway,
  QUEUE,
  SIGNING_KEY,
} from './standin/live-gateway.ts'
import { hasEnded, type LiveTask } from './standin/live-task.ts'

export const DEADLINE_MS = 60_000
export const TINY = { width: 64, height: 64, max_frames: 10 }
/** Renders for some seconds. */
export const SLOW = { width: 512, height: 512 }

export interface LiveBeam {
  readonly gateway: LiveGateway
  start(kind: ContainerOptions['kind'], options?: Partial<ContainerOptions>): Promise<Container>
  /** A task of the queue. */
  submit(members?: object): Promise<LiveTask>
  /** The answer of the endpoint. */
  call(members?: object, signal?: AbortSignal): Promise<Response>
  ended(task: LiveTask): Promise<LiveTask>
  cancel(task: LiveTask): Promise<void>
  /** Once the container of the endpoint is ready, as the gateway finds out. */
  endpointReady(): Promise<void>
}

export async function openBeam(rules: GatewayOptions['rules'] = {}): Promise<LiveBeam> {
  const outputsFolder = (await createTestFolder()).path('outputs')
  await mkdir(outputsFolder)
  const gateway = await LiveGateway.open({ rules, outputsFolder })
  onTestFinished(() => gateway[Symbol.asyncDispose]())
  const post = (path: string, body: object, signal?: AbortSignal): Promise<Response> =>
    fetch(`${gateway.url}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${CLIENT_TOKEN}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      ...(signal === undefined ? {} : { signal }),
    })
  return {
    gateway,
    async start(kind, options = {}) {
      const bindPort = kind === 'endpoint' ? await freePort() : 8001
      if (kind === 'endpoint') gateway.endpointPort = bindPort
      return startContainer({ gateway, kind, outputsFolder, bindPort, ...options })
    },
    async submit(members = {}) {
      const answer = await post(`/taskqueue/${QUEUE}`, {
        ...(await tinyRequest()),
        ...TINY,
        ...members,
      })
      expect(answer.status).toBe(200)
      const { task_id: id } = (await answer.json()) as { readonly task_id: string }
      return gateway.tasks.get(id)!
    },
    call: async (members = {}, signal?: AbortSignal) =>
      post(`/endpoint/${ENDPOINT}`, { ...(await tinyRequest()), ...TINY, ...members }, signal),
    async ended(task) {
      await vi.waitFor(() => expect(hasEnded(task), task.history.join()).toBe(true), {
        timeout: 40_000,
        interval: 20,
      })
      return task
    },
    async cancel({ id }) {
      await post('/api/v1/gateway/tasks/stop', { task_ids: [id] })
    },
    async endpointReady() {
      const url = `http://127.0.0.1:${gateway.endpointPort}/health`
      const isReady = async () => expect((await fetch(url)).status).toBe(200)
      await vi.waitFor(isReady, { timeout: 20_000, interval: 50 })
    },
  }
}

export interface Receiver {
  readonly url: string
  readonly host: string
  readonly port: number
  readonly heard: { readonly headers: IncomingHttpHeaders; readonly body: string }[]
  /** What it answers, in order; the last one from then on. */
  statuses: number[]
}

/** Who waits for callbacks, and what a container needs to be let through to it. */
export async function openReceiver(): Promise<Receiver> {
  const heard: Receiver['heard'] = []
  const receiver = { statuses: [200], heard }
  const server = createServer(async (request, reply) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    heard.push({ headers: request.headers, body: Buffer.concat(chunks).toString('utf8') })
    const [status = 200] =
      receiver.statuses.length > 1 ? receiver.statuses.splice(0, 1) : receiver.statuses
    reply.writeHead(status).end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  return Object.assign(receiver, { port, host: '127.0.0.1', url: `http://127.0.0.1:${port}/told` })
}

/** The setting that lets a container post to this machine. */
export function letThrough({ port }: Pick<Receiver, 'port'>): Readonly<Record<string, string>> {
  return {
    INFINITETALK_FETCH_ALLOW_CIDRS: '127.0.0.0/8',
    INFINITETALK_FETCH_EXTRA_PORTS: String(port),
  }
}

/** As a receiver checks it with the key of its workspace. */
export function isSignedRight({ headers, body }: Receiver['heard'][number]): boolean {
  const signed = `${Buffer.from(body).toString('base64')}:${headers['x-task-timestamp']}`
  const signature = createHmac('sha256', SIGNING_KEY).update(signed).digest('hex')
  return signature === headers['x-task-signature']
}
