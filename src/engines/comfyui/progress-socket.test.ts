import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type WebSocket, WebSocketServer } from 'ws'
import { parseComfyAddress } from './comfy-address.ts'
import { type ComfyMessage, ProgressSocket, type SocketTimes } from './progress-socket.ts'

const TIMES: SocketTimes = {
  handshakeMs: 500,
  pingEveryMs: 20,
  deadAfterMs: 200,
  firstBackoffMs: 5,
  longestBackoffMs: 20,
}

async function startServer(onConnection: (socket: WebSocket, request: IncomingMessage) => void) {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  onTestFinished(() => {
    for (const client of server.clients) client.terminate()
    server.close()
  })
  await once(server, 'listening')
  server.on('connection', onConnection)
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/comfy` }
}

function connect(url: string, headers = {}) {
  const heard: ComfyMessage[] = []
  const socket = new ProgressSocket({
    address: parseComfyAddress(url, headers),
    clientId: 'me',
    onMessage: (message) => heard.push(message),
    times: TIMES,
  })
  onTestFinished(() => socket[Symbol.asyncDispose]())
  return { socket, heard }
}

describe('a progress socket', () => {
  it('says who it is, with its credentials and without an origin', async () => {
    const requests: IncomingMessage[] = []
    const { url } = await startServer((_, request) => requests.push(request))
    const { socket } = connect(url, { authorization: 'Bearer key' })
    await socket.settled(AbortSignal.timeout(5000))
    expect(socket.isOpen).toBe(true)
    expect(requests[0]?.url).toBe('/comfy/ws?clientId=me')
    expect(requests[0]?.headers).toMatchObject({ authorization: 'Bearer key' })
    expect(requests[0]?.headers.origin).toBeUndefined()
  })

  it('hears messages, and nothing that is none', async () => {
    const { url } = await startServer((client) => {
      for (const text of [
        '{',
        'null',
        '[]',
        '{"type":1}',
        '{"type":"a"}',
        '{"type":"b","data":3}',
      ]) {
        client.send(text)
      }
      client.send(Buffer.alloc(5_000_000))
      client.send('{"type":"end","data":{"node":null}}')
    })
    const { heard } = connect(url)
    await expect.poll(() => heard.at(-1)?.type).toBe('end')
    expect(heard).toEqual([
      { type: 'a', data: {} },
      { type: 'b', data: {} },
      { type: 'end', data: { node: null } },
    ])
  })

  it('is never open twice: the old one is closed before there is a new one', async () => {
    let connections = 0
    let most = 0
    const { server, url } = await startServer(() => {
      connections += 1
      most = Math.max(most, server.clients.size)
    })
    const { socket } = connect(url)
    for (const count of [1, 2, 3]) {
      await expect.poll(() => connections).toBe(count)
      socket.reconnect()
    }
    await expect.poll(() => connections).toBe(4)
    expect(most).toBe(1)
  })

  it('notices that nobody answers its pings any more', async () => {
    let connections = 0
    const { url } = await startServer((client) => {
      connections += 1
      if (connections === 1) client.pause()
    })
    connect(url)
    await expect.poll(() => connections).toBe(2)
  })

  it('lives on while its pings are answered', async () => {
    let connections = 0
    let pings = 0
    const { url } = await startServer((client) => {
      connections += 1
      client.on('ping', () => {
        pings += 1
      })
    })
    connect(url)
    await expect.poll(() => pings).toBeGreaterThan(15)
    expect(connections).toBe(1)
  })

  it('to nowhere is settled, and disposed of at any time', async () => {
    const { server, url } = await startServer(() => {})
    server.close()
    await once(server, 'close')
    const { socket } = connect(url)
    await socket.settled(AbortSignal.timeout(5000))
    expect(socket.isOpen).toBe(false)
    await socket[Symbol.asyncDispose]()
    const { socket: another } = connect(url)
    await another[Symbol.asyncDispose]()
  })
})
