// The events of a job, over connections that break: each event once, in order, to the end.
import type { ServerResponse } from 'node:http'
import type { JobEventResource } from '@infinitetalk/contract'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  ConnectionError,
  InfiniteTalkError,
  NotFoundError,
} from '../../packages/client/src/index.ts'
import { eventText, JOB_ID, STREAM_END_TEXT, sampleEvents } from './samples.ts'
import { createScriptedHub, cut, type SeenRequest, sendProblem } from './scripted-hub.ts'

const EVENTS = sampleEvents(6)
const SEQUENCES = EVENTS.map(({ sequence }) => sequence)

async function collect(events: AsyncIterable<JobEventResource>): Promise<number[]> {
  const sequences: number[] = []
  for await (const { sequence } of events) sequences.push(sequence)
  return sequences
}

function openStream(response: ServerResponse): ServerResponse {
  return response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' })
}

/** The events that a correct hub sends after the last one of the client. */
function streamAfter({ headers }: SeenRequest): string {
  const after = Number(headers['last-event-id'] ?? 0)
  const texts = EVENTS.filter(({ sequence }) => sequence > after).map(eventText)
  return ['retry: 0\n\n', ': ping\n\n', ...texts, STREAM_END_TEXT].join('')
}

describe('events of a job', () => {
  it('come once each and in order, and end with the job', async () => {
    const { client, requests } = await createScriptedHub((request, response) => {
      openStream(response).end(streamAfter(request))
    })
    expect(await collect(client.jobs.events(JOB_ID))).toEqual(SEQUENCES)
    expect(requests[0]?.headers.accept).toBe('text/event-stream')
  })

  it('can be asked for from any place on', async () => {
    const { client } = await createScriptedHub((request, response) => {
      openStream(response).end(streamAfter(request))
    })
    expect(await collect(client.jobs.events(JOB_ID, { after: 4 }))).toEqual([5, 6])
  })

  it('go on after the last one that came whole when the connection is cut in the middle of one', async () => {
    const hub = await createScriptedHub((request, response, earlier) => {
      const stream = streamAfter(request)
      if (earlier === 0) {
        openStream(response).write(stream.slice(0, stream.indexOf('id: 3') + 30), () =>
          cut(response),
        )
      } else openStream(response).end(stream)
    })
    expect(await collect(hub.client.jobs.events(JOB_ID))).toEqual(SEQUENCES)
    expect(hub.requests.map(({ headers }) => headers['last-event-id'])).toEqual([undefined, '2'])
  })

  it('arrive once although the server replays all of them', async () => {
    const hub = await createScriptedHub((_, response, earlier) => {
      const all = EVENTS.map(eventText)
      openStream(response).end(all.slice(0, earlier === 0 ? 3 : 6).join(''))
    })
    expect(await collect(hub.client.jobs.events(JOB_ID))).toEqual(SEQUENCES)
  })

  it('survive cuts at any byte', async () => {
    const whole = Buffer.byteLength(streamAfter({ line: '', headers: {}, body: Buffer.alloc(0) }))
    const property = fc.asyncProperty(
      fc.array(fc.nat({ max: whole }), { maxLength: 5 }),
      async (cuts) => {
        const hub = await createScriptedHub((request, response, earlier) => {
          const stream = Buffer.from(streamAfter(request))
          const end = cuts[earlier]
          if (end === undefined || end >= stream.length) openStream(response).end(stream)
          else openStream(response).write(stream.subarray(0, end), () => cut(response))
        })
        const options = { after: 0, reconnectForMs: 10_000 }
        expect(await collect(hub.client.jobs.events(JOB_ID, options))).toEqual(SEQUENCES)
      },
    )
    await fc.assert(property, { numRuns: 25 })
  })

  it('end quietly when there is nothing after the place that was asked for', async () => {
    const { client } = await createScriptedHub((_, response) => {
      response.writeHead(204).end()
    })
    expect(await collect(client.jobs.events(JOB_ID, { after: 99 }))).toEqual([])
  })

  it('are taken up again when the stream falls silent', async () => {
    const hub = await createScriptedHub((request, response, earlier) => {
      const stream = openStream(response)
      if (earlier === 0) stream.write(EVENTS.slice(0, 2).map(eventText).join(''))
      else stream.end(streamAfter(request))
    })
    const events = hub.client.jobs.events(JOB_ID, { idleTimeoutMs: 40 })
    expect(await collect(events)).toEqual(SEQUENCES)
    expect(hub.requests).toHaveLength(2)
  })

  it('do not time out while the caller takes its time', async () => {
    const hub = await createScriptedHub((request, response) => {
      openStream(response).end(streamAfter(request))
    })
    const seen: number[] = []
    for await (const { sequence } of hub.client.jobs.events(JOB_ID, { idleTimeoutMs: 30 })) {
      seen.push(sequence)
      if (sequence === 2) await new Promise((done) => setTimeout(done, 100))
    }
    expect(seen).toEqual(SEQUENCES)
    expect(hub.requests).toHaveLength(1)
  })

  it('fail when they break off again and again', async () => {
    const hub = await createScriptedHub((_, response) => {
      openStream(response).write(': ping\n\n', () => cut(response))
    })
    const events = hub.client.jobs.events(JOB_ID, { reconnectForMs: 50 })
    await expect(collect(events)).rejects.toBeInstanceOf(ConnectionError)
    expect(hub.requests.length).toBeGreaterThan(2)
  })

  it('fail at once when there is no such job', async () => {
    const hub = await createScriptedHub((_, response) =>
      sendProblem(response, 404, { code: 'job_not_found' }),
    )
    await expect(collect(hub.client.jobs.events(JOB_ID))).rejects.toBeInstanceOf(NotFoundError)
    expect(hub.requests).toHaveLength(1)
  })

  it.each([
    ['a page', 'text/html', '<html>'],
    ['an event that is no JSON', 'text/event-stream', 'data: hello\n\n'],
    ['JSON that is no event', 'text/event-stream', 'data: {"sequence":"1"}\n\n'],
  ])('fail on %s', async (_, type, body) => {
    const { client } = await createScriptedHub((_request, response) => {
      response.writeHead(200, { 'content-type': type }).end(body)
    })
    const failed = collect(client.jobs.events(JOB_ID))
    await expect(failed).rejects.toMatchObject({ code: 'unexpected_answer' })
    await expect(failed).rejects.toBeInstanceOf(InfiniteTalkError)
  })

  it('stop when the caller stops, and hang up', async () => {
    const hungUp = Promise.withResolvers<void>()
    const hub = await createScriptedHub((_, response) => {
      response.on('close', () => hungUp.resolve())
      openStream(response).write(EVENTS.slice(0, 3).map(eventText).join(''))
    })
    for await (const { sequence } of hub.client.jobs.events(JOB_ID)) if (sequence === 2) break
    await hungUp.promise
  })

  it('end with the reason when they are aborted, also while waiting to connect again', async () => {
    const controller = new AbortController()
    const hub = await createScriptedHub((_, response) => {
      openStream(response).write(`retry: 60000\n${eventText(EVENTS[0]!)}`, () => {
        response.end()
        setTimeout(() => controller.abort('enough'), 20)
      })
    })
    const events = hub.client.jobs.events(JOB_ID, { signal: controller.signal })
    await expect(collect(events)).rejects.toMatchObject({ name: 'AbortedError', cause: 'enough' })
  })
})
