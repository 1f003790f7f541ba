// Hugging Face and the store it redirects to, as far as a download sees them: the first host reports a file's facts and its current
// address, the second serves ranges of it under a signed address. Each can be told to behave badly.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { HitCounter } from './hit-counter.ts'
import { startHttpServer } from './hit-counter.ts'
import type { TestModel } from './test-model.ts'

export interface SeenRequest {
  readonly host: 'hub' | 'store'
  readonly method: string
  readonly url: string
  readonly authorization: string | undefined
  readonly range: string | undefined
  readonly ifRange: string | undefined
}

export interface ModelServerOptions {
  /** By the last segment of their path. */
  readonly models: Readonly<Record<string, TestModel>>
  /** Bytes per second of each connection; no limit by default. */
  readonly connectionBytesPerSecond?: number
}

export interface ModelServer extends AsyncDisposable {
  /** The value for HF_ENDPOINT. */
  readonly endpoint: string
  readonly storeUrl: string
  readonly requests: readonly SeenRequest[]
  /** Bytes of bodies handed to the system. */
  readonly bodyBytes: number
  /** Replaces the served content. */
  models: Readonly<Record<string, TestModel>>
  /** Whether the first host reports the facts of a file or withholds them. */
  linked: boolean
  /** Called first for each request; true: it has answered. */
  intervene: (seen: SeenRequest, response: ServerResponse) => boolean | Promise<boolean>
  onBody: (bodyBytes: number) => void
}

const CHUNK_BYTES = 64 * 1024

export async function startModelServer(options: ModelServerOptions): Promise<ModelServer> {
  const requests: SeenRequest[] = []
  let bodyBytes = 0
  let signature = 0
  let hub: HitCounter
  let store: HitCounter

  const listener =
    (host: SeenRequest['host']) => (request: IncomingMessage, response: ServerResponse) =>
      void answer(host, request, response).catch(() => response.destroy())

  const answer = async (
    host: SeenRequest['host'],
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> => {
    const { authorization, range, 'if-range': ifRange } = request.headers
    const { method = '', url = '' } = request
    const seen = { host, method, url, authorization, range, ifRange: ifRange as string | undefined }
    requests.push(seen)
    if (await server.intervene(seen, response)) return
    const name = decodeURIComponent(new URL(url, 'http://x').pathname.split('/').at(-1) ?? '')
    const model = server.models[name]
    if (model === undefined) {
      response.writeHead(404, { 'x-error-code': 'EntryNotFound' }).end()
      return
    }
    if (host === 'hub' && server.linked) {
      signature += 1
      response.writeHead(302, {
        location: store.url(`/blobs/${name}?Expires=1&Signature=${signature}`),
        'x-linked-size': model.bytes,
        'x-linked-etag': `"${model.sha256}"`,
      })
      response.end()
      return
    }
    await serve(model, seen, response)
  }

  const serve = async (
    model: TestModel,
    { method, range, ifRange }: SeenRequest,
    response: ServerResponse,
  ): Promise<void> => {
    const etag = `"etag-${model.sha256.slice(0, 8)}"`
    const common = { etag, 'accept-ranges': 'bytes' }
    const asked = /^bytes=(\d+)-(\d+)$/.exec(range ?? '')
    const fresh = ifRange === undefined || ifRange === etag
    const [start, end] =
      asked !== null && fresh ? [Number(asked[1]), Number(asked[2]) + 1] : [0, model.bytes]
    if (start >= model.bytes || end > model.bytes) {
      response.writeHead(416, { 'content-range': `bytes */${model.bytes}` }).end()
      return
    }
    const headers = { ...common, 'content-length': end - start }
    if (asked !== null && fresh) {
      const contentRange = `bytes ${start}-${end - 1}/${model.bytes}`
      response.writeHead(206, { ...headers, 'content-range': contentRange })
    } else response.writeHead(200, headers)
    if (method === 'HEAD') {
      response.end()
      return
    }
    await send(model, start, end, response)
  }

  const send = async (
    model: TestModel,
    start: number,
    end: number,
    response: ServerResponse,
  ): Promise<void> => {
    const speed = options.connectionBytesPerSecond
    const startedAtMs = performance.now()
    for (let at = start; at < end && !response.destroyed; ) {
      const to = Math.min(end, at + CHUNK_BYTES)
      bodyBytes += to - at
      const chunk = model.read(at, to)
      const flows = response.write(chunk)
      at = to
      server.onBody(bodyBytes)
      if (!flows) await drained(response)
      if (speed === undefined) continue
      const aheadMs = ((at - start) / speed) * 1000 - (performance.now() - startedAtMs)
      if (aheadMs > 1) await sleep(aheadMs)
    }
    response.end()
  }

  hub = await startHttpServer(listener('hub'))
  store = await startHttpServer(listener('store'))
  const server = {
    endpoint: hub.url('').replace(/\/$/, ''),
    storeUrl: store.url('/'),
    requests,
    get bodyBytes() {
      return bodyBytes
    },
    models: options.models,
    linked: true,
    intervene: (): boolean | Promise<boolean> => false,
    onBody: (): void => {},
    async [Symbol.asyncDispose]() {
      await hub.close()
      await store.close()
    },
  } as ModelServer
  return server
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.off('drain', done)
      response.off('close', done)
      resolve()
    }
    response.on('drain', done)
    response.on('close', done)
  })
}
