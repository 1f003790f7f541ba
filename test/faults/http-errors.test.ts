// Fault 124: every error that a request can be refused with is reached here over HTTP, with its own status, and documented.
// Codes of jobs that failed while they were rendered, and of the command line, are reached in their own tests.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ErrorCode } from '@infinitetalk/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ERRORS } from '../../src/domain/error-table.ts'
import { blackPng } from '../support/png-file.ts'
import { ROOT } from '../support/run-infinitetalk.ts'
import { json, startTestHub, type TestHub, tinyRequest } from '../support/test-hub.ts'
import { wavFile } from '../support/wav-file.ts'

const NO_JOB = 'job_01932b1c-8a4e-7c31-9d2f-3f6f0a5b7c11'
const NO_FILE = 'file_01932b1c-8a4e-7c31-9d2f-3f6f0a5b7c11'

let hub: TestHub
/** Room for one job, and none on the disk of the other. */
let small: TestHub
let full: TestHub
let sound: Record<string, unknown>
let documented: string

beforeAll(async () => {
  const env = { INFINITETALK_ENGINE: 'preview', INFINITETALK_ALLOWED_PATH_ROOTS: '/proc' }
  hub = await startTestHub({ works: false, env })
  small = await startTestHub({ works: false, env: { INFINITETALK_LIMIT_QUEUE_MAX_JOBS: '1' } })
  await small.submit()
  full = await startTestHub({ env: { INFINITETALK_LIMIT_DISK_RESERVE_BYTES: '1000000GB' } })
  sound = await tinyRequest()
  documented = await readFile(join(ROOT, 'docs/reference/errors.md'), 'utf8')
})
afterAll(async () => {
  for (const one of [hub, small, full]) await one.stop()
})

type Ask = () => Promise<Response>
const submit =
  (changes: object): Ask =>
  () =>
    hub.fetch('/v1/jobs', json({ ...sound, ...changes }))
const get =
  (path: string): Ask =>
  () =>
    hub.fetch(path)
const encoded = (file: Buffer | string) => ({ base64: Buffer.from(file).toString('base64') })
const image = (file: Buffer | string): Ask => submit({ image: encoded(file) })
const audio = (file: Buffer | string): Ask => submit({ audio: encoded(file) })
const url = (address: string): Ask => submit({ image: { url: address } })
const path = (name: string): Ask => submit({ image: { path: name } })

async function upload(content: string, headers: Record<string, string> = {}, times = 1) {
  const created = await hub.fetch('/v1/files', { method: 'POST' })
  const { upload_url: address } = (await created.json()) as { upload_url: string }
  const init = { method: 'PUT', body: content, headers }
  let response: Response | null = null
  for (let count = 0; count < times; count += 1) {
    response = await hub.fetch(address.slice(hub.url.length), init)
  }
  return response!
}

async function submitTwice(key: string, change: object): Promise<Response> {
  await hub.fetch('/v1/jobs', json(sound, { 'idempotency-key': key }))
  return hub.fetch('/v1/jobs', json({ ...sound, ...change }, { 'idempotency-key': key }))
}

async function onJob(order: string, method = 'POST', times = 1): Promise<Response> {
  const id = await hub.submit()
  let response: Response | null = null
  for (let count = 0; count < times; count += 1) {
    response = await hub.fetch(`/v1/jobs/${id}${order}`, { method })
  }
  return response!
}

const REACHED: Partial<Readonly<Record<ErrorCode, Ask>>> = {
  invalid_request: submit({ width: 'wide' }),
  unknown_field: submit({ widht: 512 }),
  input_missing: () => hub.fetch('/v1/jobs', json({})),
  input_ambiguous: submit({ image: { base64: 'aGk=', url: 'https://a.example/' } }),
  base64_invalid: submit({ image: { base64: '!!' } }),
  engine_unsupported: submit({ engine: 'preview', loras: [{ name: 'a' }] }),
  engine_unavailable: submit({ engine: 'comfyui' }),
  path_forbidden: path('/etc/passwd'),
  path_not_found: path('/proc/nothing-here'),
  path_unreadable: path('/proc/self'),
  input_empty: submit({ image: { base64: '' } }),
  input_too_large: image(Buffer.alloc(20_000_001)),
  url_invalid: url('not a url'),
  url_forbidden_scheme: url('ftp://a.example/a.png'),
  url_forbidden_credentials: url('https://me:secret@a.example/a.png'),
  url_forbidden_port: url('https://a.example:22/a.png'),
  url_forbidden_address: url('http://169.254.169.254/latest'),
  image_unsupported: image('this is no picture'),
  image_unreadable: image(blackPng(64, 64).subarray(0, 60)),
  image_too_large: image(blackPng(9000, 16)),
  image_too_small: image(blackPng(8, 8)),
  audio_unsupported: audio('this is no sound'),
  audio_unreadable: audio(wavFile().subarray(0, 44)),
  audio_too_short: audio(wavFile({ samples: 1600 })),
  audio_too_long: audio(wavFile({ sampleRate: 8000, samples: 8000 * 601 })),
  job_not_found: get(`/v1/jobs/${NO_JOB}`),
  job_not_finished: () => onJob('/retry'),
  job_finished: () => onJob('/cancel', 'POST', 2),
  video_not_ready: () => onJob('/video', 'GET'),
  queue_full: () => small.fetch('/v1/jobs', json(sound)),
  disk_full: () => full.fetch('/v1/jobs', json(sound)),
  file_not_found: get(`/v1/files/${NO_FILE}`),
  file_not_ready: async () => {
    const file = (await (await hub.fetch('/v1/files', { method: 'POST' })).json()) as { id: string }
    return submit({ image: { file_id: file.id } })()
  },
  file_already_written: () => upload('content', {}, 2),
  digest_mismatch: () =>
    upload('content', { 'content-digest': `sha-256=:${Buffer.alloc(32).toString('base64')}:` }),
  idempotency_key_invalid: () =>
    hub.fetch('/v1/jobs', json(sound, { 'idempotency-key': 'two words' })),
  idempotency_key_reused: () => submitTwice('used', { seed: 1 }),
  cursor_invalid: get('/v1/jobs?cursor=nonsense'),
  route_not_found: get('/v2'),
  method_not_allowed: () => hub.fetch('/v1/limits', { method: 'DELETE' }),
  request_malformed: () => hub.fetch('/v1/jobs', json('{')),
  content_type_unsupported: () => hub.fetch('/v1/jobs', { method: 'POST', body: 'text' }),
  origin_forbidden: () =>
    hub.fetch('/v1/jobs', { method: 'POST', headers: { origin: 'https://evil.example' } }),
}

describe('fault 124: over HTTP', () => {
  it.each(Object.entries(REACHED))(
    '%s is reached, with its status, and documented',
    async (code, ask) => {
      const response = await ask()
      const problem = (await response.json()) as Record<string, unknown>
      const { status, title, retryable } = ERRORS[code as ErrorCode]
      expect(problem).toMatchObject({ code, status, title, retryable })
      expect(problem.error).toBe(problem.detail)
      expect(response.status).toBe(status)
      expect(documented).toContain(`\`${code}\``)
      expect(JSON.stringify(problem)).not.toMatch(/secret|node_modules|\bat \S+ \(/)
    },
  )
})
