// The client and the description of the API say the same: every request that the client makes is one that the document has,
// with parameters it names and a body its schema takes; every operation of the document is one that the client offers, or
// one that it leaves out on purpose.
import { DEFAULT_REQUEST_BOUNDS, openApiDocument } from '@infinitetalk/contract'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { describe, expect, it } from 'vitest'
import { FILE_ID, JOB_ID, STREAM_END_TEXT, sampleJob } from './samples.ts'
import { createScriptedHub, type ScriptedHub, type SeenRequest, sendJson } from './scripted-hub.ts'

interface Operation {
  readonly operationId: string
  readonly tags: readonly string[]
  readonly parameters: readonly { readonly name: string; readonly in: string }[]
  readonly requestBody?: { readonly content: Readonly<Record<string, { schema?: object }>> }
  readonly responses: Readonly<Record<string, { content?: Record<string, { schema?: object }> }>>
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: object
}

/** For machines that watch the hub, for browsers, and for the clients of the simple API and of the protocol tus. */
const LEFT_OUT = new Set([
  ...['livez', 'readyz', 'metrics', 'openapi', 'docs', 'mcp', 'llms'],
  ...['getPoster', 'headVideo', 'getFrame', 'getInput', 'getStreamPart'],
  ...['getPage', 'headPage', 'getPageFile', 'headPageFile'],
  ...['generate', 'generateNamed', 'queueTask', 'getTask'],
  ...['describeUploads', 'createUpload', 'readUpload', 'appendUpload', 'deleteUpload'],
])

/** For the clients of other services, each of which has its own. */
const FOREIGN_TAGS = new Set(['beam', 'runpod'])

const BATCH_ID = 'batch_01932b1c-8a4e-7c31-9d2f-3f6f0a5b7c11'
const DELIVERY_ID = 'msg_01932b1c-9b5f-7d42-8e3a-40717a1b8d22'

/** Headers that fetch adds. */
const OWN_HEADERS = new Set([
  ...['host', 'connection', 'accept', 'accept-language', 'accept-encoding', 'sec-fetch-mode'],
  ...['user-agent', 'content-type', 'content-length', 'transfer-encoding', 'authorization'],
  ...['cache-control', 'pragma'],
])

const document = openApiDocument({
  version: '0.0.0',
  bounds: DEFAULT_REQUEST_BOUNDS,
}) as unknown as Document

const ajv = new Ajv2020({ strict: false })
addFormats.default(ajv)
ajv.addSchema({ $id: 'api', components: document.components })

function isValid(schema: object, value: unknown): boolean {
  const absolute = JSON.parse(
    JSON.stringify(schema).replaceAll('"#/components', '"api#/components'),
  )
  return ajv.validate(absolute, value)
}

/** Calls everything there is to call, with everything that can be said. */
async function callEverything(): Promise<ScriptedHub> {
  const hub = await createScriptedHub(({ line, headers }, response) => {
    if (line.endsWith('/events')) {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).end(STREAM_END_TEXT)
    } else if (line.endsWith('/stream.m3u8')) {
      response.end('#EXTM3U\n#EXT-X-MAP:URI="stream/head.mp4"\n')
    } else if (line.includes('/v1/files')) {
      const file = `/v1/files/${FILE_ID}`
      // This hub is its own bucket. It never has the file, so the client sends it both ways.
      const direct = {
        url: `http://${headers.host}${file}/content`,
        complete_url: `${file}/complete`,
      }
      sendJson(response, { id: FILE_ID, upload_url: `${file}/content`, direct_upload: direct })
    } else if (line.includes('/v1/batches')) {
      sendJson(response, { id: BATCH_ID, status: 'ended' })
    } else if (line.startsWith('GET /v1/jobs?')) {
      sendJson(response, { object: 'list', data: [], has_more: false, next_cursor: null })
    } else sendJson(response, sampleJob({ status: 'canceled' }))
  })
  const { jobs, files, ...client } = hub.client
  const input = { image: { file_id: FILE_ID }, audio: { file_id: FILE_ID }, seed: 7 }
  await jobs.create(input, { idempotencyKey: 'key', waitSeconds: 1 })
  await jobs.get(JOB_ID, { waitSeconds: 1 })
  await jobs.list({ status: 'queued', search: 'hello', limit: 3, cursor: 'abc' })
  await jobs.cancel(JOB_ID)
  await jobs.retry(JOB_ID, { seed: 7 })
  await jobs.retake(JOB_ID, { fromSeconds: 2.5, seed: 7, prompt: ['A'], steps: 4 })
  await jobs.describe(JOB_ID, { title: 'Hello' })
  await jobs.keep(JOB_ID)
  await jobs.keep(JOB_ID, false)
  await jobs.delete(JOB_ID)
  await jobs.wait(JOB_ID)
  await jobs.stream(JOB_ID)
  await jobs.captions(JOB_ID, 'srt')
  await jobs.captions(JOB_ID, 'vtt')
  for await (const _ of jobs.events(JOB_ID, { after: 3 }));
  await (
    await jobs.video(JOB_ID, { range: { start: 1, end: 2 }, ifRange: '"etag"' })
  ).stream.cancel()
  await files.upload(new File(['voice'], 'voice.wav', { type: 'audio/wav' }))
  await files.faces(FILE_ID)
  await files.delete(FILE_ID)
  await client.batches.create({ defaults: input, items: [{ name: 'one' }] })
  await client.batches.wait(BATCH_ID)
  await client.batches.list({ limit: 3, cursor: BATCH_ID })
  await client.batches.cancel(BATCH_ID)
  await client.batches.delete(BATCH_ID)
  await (await client.batches.archive(BATCH_ID)).stream.cancel()
  await client.webhooks.list({ status: 'failed', limit: 3, cursor: DELIVERY_ID })
  await client.webhooks.ofJob(JOB_ID)
  await client.webhooks.redeliver(DELIVERY_ID)
  await client.webhooks.secrets()
  await client.estimate(input)
  await client.speak({ text: 'Good morning.', language: 'en-US' })
  await client.limits()
  await client.workflows()
  await client.models()
  await client.pullModels({ sets: ['single'] })
  await client.modelPull()
  await client.cancelModelPull()
  await client.storage()
  await client.engines()
  await client.backends()
  await client.workers()
  return hub
}

function operationOf({ line }: SeenRequest): Operation {
  const [method = '', target = ''] = line.split(' ')
  const path = new URL(target, 'http://hub').pathname
  const template = path
    .replace(JOB_ID, '{job_id}')
    .replace(FILE_ID, '{file_id}')
    .replace(BATCH_ID, '{batch_id}')
    .replace(DELIVERY_ID, '{delivery_id}')
  const operation = document.paths[template]?.[method.toLowerCase()]
  if (operation === undefined) throw new Error(`${method} ${template} is not in the document`)
  return operation
}

describe('the client and the OpenAPI document', () => {
  it('know the same operations, parameters, headers and bodies', async () => {
    const hub = await callEverything()
    const used = new Set<string>()
    for (const request of hub.requests) {
      const { operationId, parameters, requestBody } = operationOf(request)
      used.add(operationId)
      const named = (place: string): string[] =>
        parameters.filter(({ in: at }) => at === place).map(({ name }) => name.toLowerCase())
      const query = new URL(request.line.split(' ')[1]!, 'http://hub').searchParams
      for (const name of query.keys()) expect(named('query'), operationId).toContain(name)
      for (const name of Object.keys(request.headers)) {
        if (!OWN_HEADERS.has(name)) expect(named('header'), operationId).toContain(name)
      }
      const type = request.headers['content-type']
      if (requestBody === undefined || type === undefined) {
        expect(request.body.length, operationId).toBe(0)
        continue
      }
      const schema = requestBody.content[type]?.schema
      if (type !== 'application/json') continue
      expect(isValid(schema!, JSON.parse(String(request.body))), `${operationId}: body`).toBe(true)
    }
    const operations = Object.values(document.paths).flatMap((path) => Object.values(path))
    const expected = operations
      .filter(({ tags }) => !tags.some((tag) => FOREIGN_TAGS.has(tag)))
      .map(({ operationId }) => operationId)
    expect([...used].toSorted()).toEqual(expected.filter((id) => !LEFT_OUT.has(id)).toSorted())
  })

  it('mean the same by a job: what the tests take for one is one', () => {
    const { schema } =
      document.paths['/v1/jobs/{job_id}']!.get!.responses['200']!.content!['application/json']!
    expect(isValid(schema!, sampleJob())).toBe(true)
    expect(isValid(schema!, { ...sampleJob(), status: 'lost' })).toBe(false)
  })
})
