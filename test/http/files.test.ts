// Files sent ahead of their job, and forms that bring them along.
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { FileResource, JobResource } from '@infinitetalk/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ROOT } from '../support/run-infinitetalk.ts'
import { json, startTestHub, type TestHub } from '../support/test-hub.ts'

let hub: TestHub
let portrait: Buffer
let speech: Buffer

beforeAll(async () => {
  hub = await startTestHub()
  portrait = await readFile(join(ROOT, 'examples/portrait.png'))
  speech = await readFile(join(ROOT, 'examples/speech.wav'))
})
afterAll(() => hub.stop())

async function createFile(body: object = {}): Promise<FileResource> {
  const response = await hub.fetch('/v1/files', json(body))
  expect(response.status).toBe(201)
  const file = (await response.json()) as FileResource
  expect(response.headers.get('location')).toBe(`${hub.url}/v1/files/${file.id}`)
  return file
}

function put(
  file: FileResource,
  content: Buffer,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const body = new Uint8Array(content)
  return hub.fetch((file.upload_url ?? '').slice(hub.url.length), { method: 'PUT', headers, body })
}

const digestOf = (content: Buffer): string =>
  `sha-256=:${createHash('sha256').update(content).digest('base64')}:`

describe('a file', () => {
  it('is announced, sent, read, named by a job and removed', async () => {
    const image = await createFile({ filename: 'me.png', content_type: 'image/png' })
    expect(image).toMatchObject({ status: 'pending', bytes: null, filename: 'me.png' })
    const sent = await put(image, portrait, { 'content-digest': digestOf(portrait) })
    expect(sent.status).toBe(200)
    const sha256 = createHash('sha256').update(portrait).digest('hex')
    expect(await sent.json()).toMatchObject({ status: 'ready', sha256, upload_url: null })
    const audio = await createFile()
    await put(audio, speech)

    const request = { image: { file_id: image.id }, audio: { file_id: audio.id } }
    const submitted = await hub.fetch('/v1/jobs', json(request, { prefer: 'wait=30' }))
    const job = (await submitted.json()) as JobResource
    expect(job).toMatchObject({ status: 'succeeded', input: { image: { sha256 } } })

    expect((await hub.fetch(`/v1/files/${image.id}`, { method: 'DELETE' })).status).toBe(204)
    expect((await hub.fetch(`/v1/files/${image.id}`)).status).toBe(404)
    expect((await hub.fetch(`/v1/jobs/${job.id}/retry`, { method: 'POST' })).status).toBe(202)
  })

  it('is announced without a word about it', async () => {
    expect((await hub.fetch('/v1/files', { method: 'POST' })).status).toBe(201)
  })

  it('is sent once', async () => {
    const file = await createFile()
    await put(file, speech)
    const again = await put(file, portrait)
    expect(again.status).toBe(409)
    expect(await again.json()).toMatchObject({ code: 'file_already_written' })
  })

  it('is not taken when it was damaged on the way, and may be sent again', async () => {
    const file = await createFile()
    const damaged = await put(file, speech, { 'content-digest': digestOf(portrait) })
    expect(damaged.status).toBe(422)
    expect(await damaged.json()).toMatchObject({ code: 'digest_mismatch' })
    const other = 'sha-512=:AAAA:, sha-256=:x:'
    expect((await put(file, speech, { 'content-digest': other })).status).toBe(422)
    expect((await put(file, speech, { 'content-digest': 'sha-512=:AAAA:' })).status).toBe(200)
  })

  it.each([
    ['nothing', {}, Buffer.alloc(0), 422, 'input_empty'],
    ['a part', { 'content-range': 'bytes 0-4/10' }, Buffer.from('12345'), 400, 'request_malformed'],
    ['gzip', { 'content-encoding': 'gzip' }, Buffer.from('x'), 415, 'content_type_unsupported'],
  ])('refuses %s', async (_what, headers, content, status, code) => {
    const response = await put(await createFile(), content, headers as Record<string, string>)
    expect(response.status).toBe(status)
    expect(await response.json()).toMatchObject({ code })
  })

  it('that is too large is refused when it is announced, and when it comes', async () => {
    await using small = await startTestHub({
      env: { INFINITETALK_LIMIT_UPLOAD_MAX_BYTES: '100kB' },
    })
    const announced = await small.fetch('/v1/files', json({ bytes: 100_001 }))
    expect(announced.status).toBe(413)
    const file = (await (await small.fetch('/v1/files', json({}))).json()) as FileResource
    const url = (file.upload_url ?? '').slice(small.url.length)
    const body = new Uint8Array(100_001)
    expect((await small.fetch(url, { method: 'PUT', body })).status).toBe(413)
    const chunked = new Blob([body]).stream()
    const init = { method: 'PUT', body: chunked, duplex: 'half' } as RequestInit
    expect((await small.fetch(url, init)).status).toBe(413)
  })

  it('that is not there, or not there yet, is no input', async () => {
    const { id } = await createFile()
    const body = (fileId: string) => ({ image: { file_id: fileId }, audio: { file_id: fileId } })
    const pending = await hub.fetch('/v1/jobs', json(body(id)))
    expect(await pending.json()).toMatchObject({ code: 'file_not_ready', pointer: '/image' })
    const unknown = id.replace(/.{4}$/, '0000')
    const missing = await hub.fetch('/v1/jobs', json(body(unknown)))
    expect(await missing.json()).toMatchObject({ code: 'file_not_found', pointer: '/image' })
  })
})

describe('a form', () => {
  function form(parts: readonly (readonly [string, Buffer | string, string?])[]): RequestInit {
    const body = new FormData()
    for (const [name, value, filename] of parts) {
      if (typeof value === 'string') body.append(name, value)
      else body.append(name, new Blob([new Uint8Array(value)]), filename ?? 'file')
    }
    return { method: 'POST', body }
  }

  it('brings the files of a job along', async () => {
    const init = form([
      ['image', portrait, '../../portrait.png'],
      ['prompt', '42'],
      ['width', '256'],
      ['height', '256'],
      ['metadata', '{"order":"7"}'],
      ['audio', speech, 'speech.wav'],
    ])
    const response = await hub.fetch('/v1/jobs', { ...init, headers: { prefer: 'wait=30' } })
    const job = (await response.json()) as JobResource
    expect(job).toMatchObject({
      status: 'succeeded',
      input: { prompt: '42', width: 256, height: 256, image: { bytes: portrait.length } },
      metadata: { order: '7' },
    })
  })

  it('leaves no upload behind, whether it is taken or not', async () => {
    await using fresh = await startTestHub({ works: false })
    const left = async () => {
      await fresh.fetch(
        '/v1/jobs',
        form([
          ['image', portrait],
          ['audio', Buffer.from('no sound')],
        ]),
      )
      const { id } = (await (
        await fresh.fetch(
          '/v1/jobs',
          form([
            ['image', portrait],
            ['audio', speech],
          ]),
        )
      ).json()) as JobResource
      const job = await fresh.hub.jobs.get(id)
      const { visual } = job.job.input
      return visual.kind === 'blob' ? visual.given : null
    }
    const fileId = await left()
    expect(fileId).toMatch(/^file_/)
    expect((await fresh.fetch(`/v1/files/${fileId}`)).status).toBe(404)
  })

  it('may hold the request as one JSON part', async () => {
    const init = form([
      ['request', JSON.stringify({ seed: 7, fit: 'pad' })],
      ['image', portrait],
      ['audio', speech],
    ])
    const response = await hub.fetch('/v1/jobs', init)
    expect(await response.json()).toMatchObject({ input: { seed: 7, fit: 'pad' } })
  })

  it('is one job for one Idempotency-Key, although its uploads are new', async () => {
    const send = () =>
      hub.fetch('/v1/jobs', {
        ...form([
          ['image', portrait],
          ['audio', speech],
        ]),
        headers: { 'idempotency-key': 'form-1' },
      })
    const first = (await (await send()).json()) as JobResource
    expect(await (await send()).json()).toMatchObject({ id: first.id })
  })

  it('tells who speaks when there are two voices, and refuses a third', async () => {
    const voices = (count: number) =>
      form([
        ['image', portrait],
        ...Array.from({ length: count }, () => ['audio', speech] as const),
      ])
    const two = await hub.fetch('/v1/estimate', json({}))
    expect(two.status).toBe(422)
    const three = await hub.fetch('/v1/jobs', voices(3))
    expect(await three.json()).toMatchObject({ code: 'input_ambiguous', pointer: '/audio' })
  })

  it.each([
    ['a file that is no input', [['picture', 'x']], 'unknown_field', '/picture'],
    ['a request that is no JSON', [['request', '{']], 'request_malformed', undefined],
    [
      'a member twice',
      [
        ['seed', '1'],
        ['seed', '2'],
      ],
      'input_ambiguous',
      '/seed',
    ],
    [
      'a member in both',
      [
        ['request', '{"seed":1}'],
        ['seed', '2'],
      ],
      'input_ambiguous',
      '/seed',
    ],
  ])('refuses %s', async (_what, parts, code, pointer) => {
    const texts = parts as [string, string][]
    const list = texts.map(([name, value]) =>
      name === 'picture' ? ([name, Buffer.from(value)] as const) : ([name, value] as const),
    )
    const response = await hub.fetch('/v1/jobs', form(list))
    expect(response.status).toBeGreaterThanOrEqual(400)
    const problem = await response.json()
    expect(problem).toMatchObject({ code, ...(pointer === undefined ? {} : { pointer }) })
  })
})
