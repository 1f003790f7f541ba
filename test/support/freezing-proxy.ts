// A TCP proxy in front of a PostgreSQL server that can freeze: connections stay open but pass nothing on, as when a cable is cut
// or a machine is paused. No end is informed.

import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'

const POSTGRES_PORT = 5432

export interface FreezingProxy {
  /** The URL of a database of the server, through this proxy. */
  through(databaseUrl: string): string
  freeze(): void
  thaw(): void
  close(): Promise<void>
}

/** @param databaseUrl of any database of a server that listens on a socket in a folder (`host=`) */
export async function startFreezingProxy(databaseUrl: string): Promise<FreezingProxy> {
  const folder = new URL(databaseUrl).searchParams.get('host')
  const sockets = new Set<Socket>()
  let frozen = false
  const server: Server = createServer((client) => {
    const upstream = connect(`${folder}/.s.PGSQL.${POSTGRES_PORT}`)
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(from)
      from.on('data', (bytes) => to.write(bytes))
      from.on('error', () => {})
      from.on('close', () => {
        sockets.delete(from)
        to.destroy()
      })
      if (frozen) from.pause()
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('No TCP port was given.')
  return {
    through(url) {
      const proxied = new URL(url)
      proxied.searchParams.delete('host')
      proxied.hostname = '127.0.0.1'
      proxied.port = String(address.port)
      return proxied.href
    },
    freeze() {
      frozen = true
      for (const socket of sockets) socket.pause()
    },
    thaw() {
      frozen = false
      for (const socket of sockets) socket.resume()
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
