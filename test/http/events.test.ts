// The stream of a job's events, as browsers and scripts read it.
import type { JobEventResource } from '@infinitetalk/contract'
import { jobEventResourceSchema } from '@infinitetalk/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestHub, type TestHub } from '../support/test-hub.ts'

let hub: TestHub
let idle: TestHub
/** A job that has ended, and another one. */
let done: string
let other: string

beforeAll(async () => {
  hub = await startTestHub()
  idle = await startTestHub({ works: false })
  done = await hub.submit()
  other = await hub.submit()
  await hub.ended(done)
  await hub.ended(other)
})
afterAll(async () => {
  await hub.stop()
  await idle.stop()
})

interface Frame {
  readonly id: string | null
  readonly event: string
  readonly data: JobEventResource
}

function framesOf(text: string): readonly Frame[] {
  const blocks = text.split('\n\n').filter((block) => block.includes('data: '))
  return blocks.map((block) => {
    const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1] ?? null
    return { id: field('id'), event: field('event') ?? '', data: JSON.parse(field('data') ?? '') }
  })
}

async function stream(headers: Readonly<Record<string, string>>, query = ''): Promise<Response> {
  return hub.fetch(`/v1/jobs/${done}/events${query}`, { headers })
}

describe('the events of a job', () => {
  it('come in order, numbered, and end with "done"', async () => {
    const response = await stream({})
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    expect(response.headers.get('cache-control')).toContain('no-cache')
    const text = await response.text()
    expect(text).toMatch(/^retry: 2000\n\n/)
    const frames = framesOf(text)
    const last = frames.at(-1)
    expect(last).toEqual({ id: null, event: 'done', data: { job_id: done, status: 'succeeded' } })
    const events = frames.slice(0, -1)
    expect(events[0]?.event).toBe('queued')
    expect(events.at(-1)?.event).toBe('succeeded')
    for (const { id, event, data } of events) {
      jobEventResourceSchema.parse(data)
      expect({ id, event }).toEqual({ id: String(data.sequence), event: data.type })
    }
    const numbers = events.map(({ data }) => data.sequence)
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b))
  })

  it('fault 119: go on after any number, whichever way it is said', async () => {
    const all = framesOf(await (await stream({})).text()).slice(0, -1)
    for (const { data } of all.slice(0, -1)) {
      const after = all.filter(({ data: one }) => one.sequence > data.sequence)
      const byHeader = await stream({ 'last-event-id': String(data.sequence) })
      const byQuery = await stream({}, `?after=${data.sequence}`)
      expect(framesOf(await byHeader.text()).slice(0, -1)).toEqual(after)
      expect(framesOf(await byQuery.text()).slice(0, -1)).toEqual(after)
    }
  })

  it('fault 119: are 204 after the end and beyond it, so that browsers stop asking', async () => {
    const all = framesOf(await (await stream({})).text()).slice(0, -1)
    const end = all.at(-1)?.data.sequence ?? 0
    for (const id of [end, end + 1, 999_999_999]) {
      expect((await stream({ 'last-event-id': String(id) })).status).toBe(204)
      expect((await stream({}, `?after=${id}`)).status).toBe(204)
    }
  })

  it.each(['garbage', '-1', '1e3', '99999999999999999999', '1; DROP TABLE', ' '])(
    'fault 119: are told from the beginning after the garbage %j',
    async (id) => {
      const frames = framesOf(await (await stream({ 'last-event-id': id })).text())
      expect(frames[0]?.event).toBe('queued')
      expect(frames.at(-1)?.event).toBe('done')
    },
  )

  it('fault 119: of one job are never those of another', async () => {
    const response = await hub.fetch(`/v1/jobs/${other}/events`, {
      headers: { 'last-event-id': '1' },
    })
    for (const { data } of framesOf(await response.text())) expect(data.job_id).toBe(other)
  })

  it('fault 119: of a job that runs end with "done" even for who asked beyond them', async () => {
    const id = await idle.submit()
    const response = await idle.fetch(`/v1/jobs/${id}/events`, {
      headers: { 'last-event-id': '1000000' },
    })
    expect(response.status).toBe(200)
    await idle.fetch(`/v1/jobs/${id}/cancel`, { method: 'POST' })
    expect(framesOf(await response.text()).map(({ event }) => event)).toEqual(['done'])
  })

  it('are refused after a number that is none when the query says it', async () => {
    expect((await stream({}, '?after=x')).status).toBe(422)
  })

  it('come as they happen', async () => {
    const id = await idle.submit()
    const response = await idle.fetch(`/v1/jobs/${id}/events`)
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
    let text = ''
    while (!text.includes('event: queued')) text += (await reader.read()).value
    await idle.fetch(`/v1/jobs/${id}/cancel`, { method: 'POST' })
    for (;;) {
      const { done: ended, value } = await reader.read()
      if (ended) break
      text += value
    }
    expect(framesOf(text).map(({ event }) => event)).toEqual(['queued', 'canceled', 'done'])
  })

  it('are one JSON object a line for who accepts that', async () => {
    const response = await stream({ accept: 'application/x-ndjson' })
    expect(response.headers.get('content-type')).toBe('application/x-ndjson')
    const lines = (await response.text()).trim().split('\n')
    const events = lines.map((line) => jobEventResourceSchema.parse(JSON.parse(line)))
    expect(events[0]?.type).toBe('queued')
    expect(events.at(-1)?.type).toBe('succeeded')
  })

  it('are not there for a job that is not there', async () => {
    const id = 'job_01932b1c-8a4e-7c31-9d2f-3f6f0a5b7c11'
    expect((await hub.fetch(`/v1/jobs/${id}/events`)).status).toBe(404)
  })

  it('are for so many readers at a time and no more', async () => {
    await using small = await startTestHub({
      works: false,
      env: { INFINITETALK_LIMIT_STREAM_MAX_CLIENTS: '2' },
    })
    const id = await small.submit()
    const path = `/v1/jobs/${id}/events`
    const readers = [await small.fetch(path), await small.fetch(path)]
    const refused = await small.fetch(path)
    expect(refused.status).toBe(503)
    expect(await refused.json()).toMatchObject({ code: 'server_busy' })
    await readers[0]?.body?.cancel()
    await expect.poll(async () => (await small.fetch(path)).status).toBe(200)
  })

  it('end at once when the hub is stopped, without a "done" that is not true', async () => {
    const stopping = await startTestHub({ works: false })
    const id = await stopping.submit()
    const response = await stopping.fetch(`/v1/jobs/${id}/events`)
    const text = response.text()
    await stopping.stop()
    expect(framesOf(await text).map(({ event }) => event)).toEqual(['queued'])
  })
})
