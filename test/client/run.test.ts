// The whole way in one call, and what it does when the way is not a good one.
import type { ServerResponse } from 'node:http'
import type { JobResource } from '@infinitetalk/contract'
import { describe, expect, it } from 'vitest'
import { createClient, JobFailedError, type RunProgress } from '../../packages/client/src/index.ts'
import {
  eventText,
  FILE_ID,
  failedJob,
  JOB_ID,
  STREAM_END_TEXT,
  sampleEvents,
  sampleJob,
  succeededJob,
} from './samples.ts'
import { createScriptedHub, cut, type ScriptedHub, sendJson, sendProblem } from './scripted-hub.ts'

const VIDEO = Buffer.from('a video, nearly')
const JOB = `GET /v1/jobs/${JOB_ID}`
const EVENTS = `GET /v1/jobs/${JOB_ID}/events`
const CANCEL = `POST /v1/jobs/${JOB_ID}/cancel`
const PORTRAIT = new Blob(['picture'], { type: 'image/png' })
const VOICE = new Blob(['voice'], { type: 'audio/wav' })

interface Ways {
  /** The end of the job. */
  readonly ended?: JobResource
  readonly events?: (response: ServerResponse) => void
  /** Answers to GET of the job before it has ended. */
  readonly before?: readonly JobResource[]
}

function sendEvents(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  response.end(sampleEvents(5).map(eventText).join('') + STREAM_END_TEXT)
}

async function hubThat({
  ended = succeededJob(VIDEO),
  events = sendEvents,
  before = [sampleJob()],
}: Ways): Promise<ScriptedHub> {
  let polls = 0
  return createScriptedHub(({ line }, response) => {
    if (line === 'POST /v1/jobs') return sendJson(response, sampleJob(), 202)
    if (line === CANCEL) return sendJson(response, sampleJob({ status: 'canceled' }))
    if (line === EVENTS) return events(response)
    if (line === `${JOB}/video`) {
      response.end(VIDEO)
      return
    }
    if (line.startsWith(JOB)) {
      const job = before[polls++] ?? ended
      response.setHeader('etag', `"${polls}"`)
      return sendJson(response, job)
    }
    sendJson(response, { id: FILE_ID, upload_url: `/v1/files/${FILE_ID}/content` }, 201)
  })
}

const bodyOf = (hub: ScriptedHub, line: string): unknown =>
  JSON.parse(String(hub.to(line)[0]?.body))

describe('run', () => {
  it('sends the files, hands in the job, follows it and offers the video', async () => {
    const hub = await hubThat({})
    const progress: RunProgress[] = []
    const input = { image: PORTRAIT, audio: VOICE, prompt: 'hello', seed: 7 }
    const { job, video } = await hub.client.run(input, {
      onProgress: (each) => progress.push(each),
    })
    expect(job.status).toBe('succeeded')
    expect(await (await video.blob()).text()).toBe('a video, nearly')
    expect(bodyOf(hub, 'POST /v1/jobs')).toEqual({
      image: { file_id: FILE_ID },
      audio: { file_id: FILE_ID },
      prompt: 'hello',
      seed: 7,
    })
    expect(hub.to('POST /v1/jobs')[0]?.headers['idempotency-key']).toBeDefined()
    const phases = progress.map(({ phase }) => phase)
    expect(phases.filter((phase, index) => phase !== phases[index - 1])).toEqual([
      'uploading',
      'queued',
      'running',
    ])
    expect(progress.at(-1)).toMatchObject({ stage: 'sampling', fraction: 0.6, etaSeconds: 3 })
  })

  it('takes two speakers, each from where the voice is', async () => {
    const hub = await hubThat({})
    const audio = [
      { content: VOICE, speaker: 'left' as const },
      { url: 'https://example.org/b.mp3', speaker: 'right' as const },
    ]
    await hub.client.run({ image: { url: 'https://example.org/two.png' }, audio })
    expect(bodyOf(hub, 'POST /v1/jobs')).toEqual({
      image: { url: 'https://example.org/two.png' },
      audio: [
        { speaker: 'left', file_id: FILE_ID },
        { url: 'https://example.org/b.mp3', speaker: 'right' },
      ],
    })
    expect(hub.to(`PUT /v1/files/${FILE_ID}/content`)).toHaveLength(1)
  })

  it.each([
    ['are cut off before they begin', cut],
    [
      'are held back by a proxy that sends a page',
      (response: ServerResponse) => response.end('<html>'),
    ],
    ['are refused', (response: ServerResponse) => sendProblem(response, 503, { retryable: true })],
  ])('asks with long polls when events %s', async (_, events) => {
    const running = sampleJob({ status: 'running', stage: 'sampling', progress: 0.5 })
    const hub = await hubThat({ events, before: [sampleJob(), sampleJob(), running] })
    const progress: RunProgress[] = []
    await hub.client.run({}, { onProgress: (each) => progress.push(each) })
    expect(progress.map(({ phase }) => phase)).toEqual(['queued', 'running'])
    const polls = hub.requests.filter(({ line }) => line.startsWith(`${JOB}?wait=25`))
    expect(polls.map(({ headers }) => headers['if-none-match'])).toEqual(['"2"', '"3"'])
  })

  it('outlives a restart of the hub', async () => {
    let away = 0
    const hub = await createScriptedHub(({ line }, response) => {
      if (line === EVENTS) cut(response)
      else if (!line.startsWith(JOB)) sendJson(response, sampleJob(), 202)
      else if (away++ === 0) sendJson(response, sampleJob())
      else if (away < 6) cut(response)
      else sendJson(response, succeededJob(VIDEO))
    })
    expect((await hub.client.run({})).job.status).toBe('succeeded')
  })

  it('fails with the error of the job', async () => {
    const hub = await hubThat({ ended: failedJob() })
    const failed = hub.client.run({})
    await expect(failed).rejects.toBeInstanceOf(JobFailedError)
    await expect(failed).rejects.toMatchObject({
      message: 'There is no face in the picture.',
      code: 'no_face_found',
      retryable: false,
      job: { id: JOB_ID },
    })
  })

  it.each([
    [false, 1],
    [true, 0],
  ])('that is aborted (detach: %s) sends %i cancellations', async (detach, cancellations) => {
    const controller = new AbortController()
    const hub = await hubThat({
      events: (response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' })
        response.write(eventText(sampleEvents(3)[0]!), () => controller.abort('enough'))
      },
    })
    const failed = hub.client.run({}, { signal: controller.signal, detach })
    await expect(failed).rejects.toMatchObject({ name: 'AbortedError', cause: 'enough' })
    expect(hub.to(CANCEL)).toHaveLength(cancellations)
  })

  it('finds the place of an upload below the path of the hub', async () => {
    const hub = await createScriptedHub((_, response) =>
      sendJson(response, { id: FILE_ID, upload_url: `/v1/files/${FILE_ID}/content` }),
    )
    await createClient({ baseUrl: `${hub.url}/hub` }).files.upload(VOICE)
    expect(hub.requests[1]?.line).toBe(`PUT /hub/v1/files/${FILE_ID}/content`)
  })
})

describe('wait', () => {
  it('returns a job that has ended without following anything', async () => {
    const hub = await hubThat({ before: [] })
    expect((await hub.client.jobs.wait(JOB_ID)).status).toBe('succeeded')
    expect(hub.requests.map(({ line }) => line)).toEqual([JOB])
  })

  it('tells how the job moves up in the queue', async () => {
    const hub = await hubThat({
      before: [sampleJob(), sampleJob({ queue_position: 3 })],
      events: (response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' })
        response.write(eventText(sampleEvents(3)[0]!))
      },
    })
    const position = Promise.withResolvers<number | null>()
    const controller = new AbortController()
    const waiting = hub.client.jobs.wait(JOB_ID, {
      signal: controller.signal,
      onProgress: (progress) => {
        if (progress.phase === 'queued' && progress.queuePosition !== null) {
          position.resolve(progress.queuePosition)
        }
      },
    })
    expect(await position.promise).toBe(3)
    controller.abort()
    await expect(waiting).rejects.toMatchObject({ name: 'AbortedError' })
  })
})
