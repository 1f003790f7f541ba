// Each fault does what its name says: a test of the engine that passes because a fault did not happen proves nothing.
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { describeWith } from '../../support/requires.ts'
import { wavFile } from '../../support/wav-file.ts'
import {
  type Entry,
  plainImageGraph,
  probeVideo,
  submit,
  submitAndWait,
  uploadFile,
  uploadPicture,
  waitForEntry,
} from './client.ts'
import type { Graph } from './graph.ts'
import { GROWING_MS } from './output-faults.ts'
import { type Faults, HTML_ANSWER, OUT_OF_MEMORY, type StandIn, startStandIn } from './stand-in.ts'

/** Runs within milliseconds. */
const NUMBER_GRAPH: Graph = {
  '1': { class_type: 'INTConstant', inputs: { value: 7 } },
  '2': { class_type: 'PreviewAny', inputs: { source: ['1', 0] } },
}

describe('a server that cannot be reached', () => {
  it('refuses connections, then comes up at the same address', async () => {
    await using server = await startStandIn({ faults: { refuseMs: 150 } })
    await expect(fetch(`${server.url}/queue`)).rejects.toThrow()
    expect((await untilAnswered(`${server.url}/queue`)).status).toBe(200)
  })

  it('is another web server', async () => {
    await using server = await startStandIn({ faults: { notComfyUi: true } })
    const response = await fetch(`${server.url}/system_stats`)
    expect([response.status, response.headers.get('content-type')]).toEqual([
      404,
      'text/html; charset=utf-8',
    ])
  })

  it('wants an Authorization header, also from sockets', async () => {
    await using server = await startStandIn({ faults: { authorization: 'Bearer secret' } })
    const headers = { authorization: 'Bearer secret' }
    expect((await fetch(`${server.url}/queue`)).status).toBe(401)
    expect((await fetch(`${server.url}/queue`, { headers })).status).toBe(200)
    expect(await openingOf(server)).toBe('Unexpected server response: 401')
  })
})

describe('POST /prompt', () => {
  it('answers with a page as often as told', async () => {
    await using server = await startStandIn({ faults: { prompt: HTML_ANSWER, promptTimes: 1 } })
    const first = await submit(server, NUMBER_GRAPH)
    expect(first.headers.get('content-type')).toContain('text/html')
    expect(server.control.queueLength()).toBe(0)
    expect((await submit(server, NUMBER_GRAPH)).status).toBe(200)
  })

  it('queues the prompt and loses the answer', async () => {
    await using server = await startStandIn({ faults: { prompt: 'lost' } })
    const promptId = randomUUID()
    await expect(submit(server, NUMBER_GRAPH, { promptId })).rejects.toThrow()
    expect((await waitForEntry(server, promptId)).status.status_str).toBe('success')
  })
})

describe('a run', () => {
  it('ends with the process: sockets closed, history and queue forgotten, once', async () => {
    await using server = await startStandIn({ faults: { dieAt: { at: 0, downMs: 100 } } })
    await submitAndForget(server)
    expect((await untilAnswered(`${server.url}/history`)).status).toBe(200)
    expect(server.control.historyIds()).toEqual([])
    expect(await statusOf(server)).toBe('success')
  })

  it('hangs until it is interrupted', async () => {
    await using server = await startStandIn({ faults: { hangAt: { at: 0 } } })
    const promptId = randomUUID()
    await submit(server, NUMBER_GRAPH, { promptId })
    await sleep(50)
    expect(server.control.historyIds()).toEqual([])
    await fetch(`${server.url}/interrupt`, { method: 'POST', body: '{}' })
    expect(lastMessage(await waitForEntry(server, promptId))).toBe('execution_interrupted')
  })

  it('is interrupted by somebody else', async () => {
    await using server = await startStandIn({ faults: { interruptAt: { at: 0 } } })
    expect(lastMessage(await submitAndWait(server, NUMBER_GRAPH))).toBe('execution_interrupted')
    expect(server.count('POST', '/interrupt')).toBe(0)
  })

  it('fails with a given error, as often as told', async () => {
    const faults = { errorAt: { at: 0, times: 1, ...OUT_OF_MEMORY } }
    await using server = await startStandIn({ faults })
    const { status } = await submitAndWait(server, NUMBER_GRAPH)
    expect(status.messages.at(-1)).toMatchObject([
      'execution_error',
      { exception_type: 'torch.OutOfMemoryError' },
    ])
    expect(await statusOf(server)).toBe('success')
  })

  it('waits behind those of others', async () => {
    await using server = await startStandIn({ faults: { foreignPromptsMs: [60, 60] } })
    const startedAtMs = performance.now()
    expect(await statusOf(server)).toBe('success')
    expect(performance.now() - startedAtMs).toBeGreaterThan(100)
  })

  it('has its history late, or never', async () => {
    await using server = await startStandIn({ faults: { historyLateMs: 120 } })
    const startedAtMs = performance.now()
    expect(await statusOf(server)).toBe('success')
    expect(performance.now() - startedAtMs).toBeGreaterThan(110)
    server.control.setFaults({ historyLateMs: null })
    await submitAndForget(server)
    expect(server.control.historyIds()).toHaveLength(1)
  })
})

describe('a socket', () => {
  it('is refused', async () => {
    await using server = await startStandIn({ faults: { socket: 'refused' } })
    expect(await openingOf(server)).toBe('Unexpected server response: 403')
  })

  it('never opens', async () => {
    await using server = await startStandIn({ faults: { socket: 'never' } })
    const socket = new WebSocket(socketUrl(server), { handshakeTimeout: 100 })
    const [error] = await once(socket, 'error')
    expect(String(error)).toContain('Opening handshake has timed out')
  })

  it('says nothing while the prompt runs to its end', async () => {
    await using server = await startStandIn({ faults: { socket: 'silent' } })
    expect(await heardDuring(server)).toEqual([])
  })

  it('is cut when execution starts', async () => {
    await using server = await startStandIn({ faults: { dropSocketsAt: 'execution_start' } })
    expect((await heardDuring(server)).at(-1)).toBe('execution_start')
    expect(server.control.openSockets()).toBe(0)
  })

  it('is half open: nothing comes, no ping is answered, nobody closes it', async () => {
    await using server = await startStandIn({ faults: { freezeSocketsAt: 'execution_start' } })
    const clientId = randomUUID()
    const socket = new WebSocket(`${socketUrl(server)}?clientId=${clientId}`)
    await once(socket, 'open')
    let pongs = 0
    socket.on('pong', () => {
      pongs += 1
    })
    socket.ping()
    await once(socket, 'pong')
    const promptId = randomUUID()
    await submit(server, NUMBER_GRAPH, { promptId, clientId })
    await waitForEntry(server, promptId)
    socket.ping()
    await sleep(60)
    expect([pongs, socket.readyState]).toEqual([1, WebSocket.OPEN])
    socket.terminate()
  })

  it('hears foreign events, broken JSON and large pictures among the true messages', async () => {
    await using server = await startStandIn({ faults: { noise: true } })
    const heard = await heardDuring(server)
    expect(heard).toContain('binary of 5 MB')
    expect(heard).toContain('no JSON')
    expect(heard.filter((type) => type === 'execution_start')).toHaveLength(2)
  })
})

describeWith(['ffmpeg', 'ffprobe'], 'apt-get install ffmpeg', 'a result', () => {
  it.each<[NonNullable<Faults['output']>, (entry: Entry, server: StandIn) => Promise<void>]>([
    ['none', async (entry) => expect(entry.outputs['131']).toEqual({})],
    ['two', async (entry) => expect(entry.outputs['131']?.gifs).toHaveLength(2)],
    ['zero_bytes', async (entry, server) => expect(await bytesOf(entry, server)).toBe(0)],
    ['png_only', async (entry) => expect(JSON.stringify(entry.outputs)).not.toContain('mp4')],
    [
      'escaping_subfolder',
      async (entry) => expect(entry.outputs['131']?.gifs?.[0]?.subfolder).toBe('../../etc'),
    ],
    [
      'absolute_filename',
      async (entry) => expect(entry.outputs['131']?.gifs?.[0]?.filename).toMatch(/^\/etc\//),
    ],
    [
      'growing',
      async (entry, server) => {
        const half = await bytesOf(entry, server)
        await sleep(GROWING_MS + 50)
        expect(await bytesOf(entry, server)).toBeGreaterThan(half)
        expect(await probeVideo(server, entry.outputs['131']?.gifs?.[0])).toMatchObject({
          frames: 5,
        })
      },
    ],
  ])('%s', async (output, check) => {
    await using server = await startStandIn({ faults: { output } })
    await uploadPicture(server, 'face.png')
    await uploadFile(server, 'voice.wav', wavFile({ samples: 16_000 }))
    await check(await submitAndWait(server, plainImageGraph({ frames: 5 })), server)
  })
})

async function bytesOf(entry: Entry, server: StandIn): Promise<number> {
  const { filename = '', type = '' } = entry.outputs['131']?.gifs?.[0] ?? {}
  const response = await fetch(`${server.url}/view?${new URLSearchParams({ filename, type })}`)
  return (await response.arrayBuffer()).byteLength
}

async function statusOf(server: StandIn): Promise<string> {
  return (await submitAndWait(server, NUMBER_GRAPH)).status.status_str
}

/** Until it has left the queue. */
async function submitAndForget(server: StandIn): Promise<void> {
  await submit(server, NUMBER_GRAPH)
  while (server.control.queueLength() > 0) await sleep(10)
}

function lastMessage(entry: Entry): unknown {
  const last = entry.status.messages.at(-1)
  return Array.isArray(last) ? last[0] : last
}

async function untilAnswered(url: string): Promise<Response> {
  for (;;) {
    const response = await fetch(url).catch(() => null)
    if (response !== null) return response
    await sleep(20)
  }
}

function socketUrl(server: StandIn): string {
  return `${server.url.replace('http', 'ws')}/ws`
}

/** `open`, or the reason for a refusal. */
async function openingOf(server: StandIn): Promise<string> {
  const socket = new WebSocket(socketUrl(server))
  return await new Promise((resolve) => {
    socket.once('open', () => resolve('open'))
    socket.once('error', (error) => resolve(error.message))
  })
}

/** The messages that a client receives while its prompt runs. */
async function heardDuring(server: StandIn): Promise<readonly string[]> {
  const clientId = randomUUID()
  const heard: string[] = []
  const socket = new WebSocket(`${socketUrl(server)}?clientId=${clientId}`)
  socket.on('message', (data: Buffer, isBinary) => heard.push(describeMessage(data, isBinary)))
  await once(socket, 'open')
  const promptId = randomUUID()
  await submit(server, NUMBER_GRAPH, { promptId, clientId })
  await waitForEntry(server, promptId)
  await sleep(30)
  socket.terminate()
  return heard
}

function describeMessage(data: Buffer, isBinary: boolean): string {
  if (isBinary) return `binary of ${Math.round(data.length / 1024 / 1024)} MB`
  try {
    const message: unknown = JSON.parse(String(data))
    const isTyped = typeof message === 'object' && message !== null && 'type' in message
    return isTyped ? String(message.type) : String(data)
  } catch {
    return 'no JSON'
  }
}
