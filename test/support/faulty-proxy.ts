// A proxy in front of a server that speaks S3: it answers 500 for a while, and cuts every n-th upload, before the server has all of it
// or after the server has stored it.
import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface FaultyProxy extends AsyncDisposable {
  readonly endpoint: string
  /** While true every request is answered with 500. */
  failing: boolean
  readonly counts: { passed: number; failed: number; cut: number }
}

/** @param cutEvery every n-th upload is cut */
export async function startFaultyProxy(upstream: string, cutEvery: number): Promise<FaultyProxy> {
  const { hostname, port } = new URL(upstream)
  const counts = { passed: 0, failed: 0, cut: 0 }
  let uploads = 0
  const pass = (incoming: IncomingMessage, outgoing: ServerResponse, cut: Cut): void => {
    const { method, url, headers } = incoming
    const onward = request({ hostname, port, method, path: url, headers })
    const end = (): void => void incoming.socket.destroy()
    onward.on('error', end)
    onward.on('response', (answer) => {
      // The server has stored the bytes, and the client does not learn it.
      if (cut === 'answer') return end()
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(outgoing)
    })
    incoming.on('error', () => onward.destroy())
    if (cut !== 'body') {
      incoming.pipe(onward)
      return
    }
    incoming.once('data', (bytes: Buffer) => {
      onward.write(bytes.subarray(0, bytes.length >> 1), () => {
        onward.destroy()
        end()
      })
    })
  }
  const server = createServer((incoming, outgoing) => {
    if (proxy.failing) {
      counts.failed += 1
      incoming.resume()
      outgoing.writeHead(500).end('<Error><Code>InternalError</Code></Error>')
      return
    }
    if (incoming.method === 'PUT') uploads += 1
    const isCut = incoming.method === 'PUT' && uploads % cutEvery === 0
    if (isCut) counts.cut += 1
    else counts.passed += 1
    pass(incoming, outgoing, isCut ? CUTS[counts.cut % CUTS.length]! : 'none')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const proxy: FaultyProxy = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    failing: false,
    counts,
    async [Symbol.asyncDispose]() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
  return proxy
}

type Cut = 'none' | (typeof CUTS)[number]
const CUTS = ['body', 'answer'] as const
