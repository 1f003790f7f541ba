// A local server of a test that counts every connection: the canary that must never be reached, and the well or badly behaved host
// of everything that may be.
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import {
  type AddressInfo,
  createServer as createTcpServer,
  type Server,
  type Socket,
} from 'node:net'
import { TEST_CERTIFICATE, TEST_CERTIFICATE_KEY } from './test-certificate.ts'

export interface HitCounter {
  readonly port: number
  /** Connections so far, whatever was or was not sent on them. */
  readonly connections: number
  /** `http://127.0.0.1:PORT` and the path. */
  url(path?: string): string
  close(): Promise<void>
}

/** @param address where to listen; by default on all addresses, so that every way to write this machine counts */
export function startHttpServer(listener: RequestListener, address?: string): Promise<HitCounter> {
  return start(createServer(listener), 'http', address)
}

/** Speaks TLS with the certificate of test-certificate.ts. */
export function startTlsServer(listener: RequestListener): Promise<HitCounter> {
  return start(
    createTlsServer({ cert: TEST_CERTIFICATE, key: TEST_CERTIFICATE_KEY }, listener),
    'https',
  )
}

/** Answers with arbitrary bytes from the test, HTTP or not. */
export function startRawServer(onConnection: (socket: Socket) => void): Promise<HitCounter> {
  return start(createTcpServer(onConnection), 'http')
}

async function start(server: Server, scheme: string, address?: string): Promise<HitCounter> {
  const sockets = new Set<Socket>()
  let connections = 0
  server.on('connection', (socket) => {
    connections += 1
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => socket.destroy())
  })
  server.listen(0, address)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    port,
    get connections() {
      return connections
    },
    url: (path = '/') => `${scheme}://127.0.0.1:${port}${path}`,
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
