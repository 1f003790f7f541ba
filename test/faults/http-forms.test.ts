// Fault 58: multipart forms as attackers write them. Each is refused, none leaves anything behind, and the hub goes on.

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { JobResource } from '@infinitetalk/contract'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { ROOT } from '../support/run-infinitetalk.ts'
import { startTestHub, type TestHub } from '../support/test-hub.ts'

const END = '--x--\r\n'

let hub: TestHub
let portrait: Buffer
let speech: Buffer

beforeAll(async () => {
  hub = await startTestHub({ works: false, env: { INFINITETALK_LIMIT_UPLOAD_MAX_BYTES: '2MB' } })
  portrait = await readFile(join(ROOT, 'examples/portrait.png'))
  speech = await readFile(join(ROOT, 'examples/speech.wav'))
})
afterAll(() => hub.stop())

const part = (disposition: string, content: Buffer | string): Buffer =>
  Buffer.concat([
    Buffer.from(`--x\r\nContent-Disposition: form-data; ${disposition}\r\n\r\n`),
    Buffer.from(content),
    Buffer.from('\r\n'),
  ])

async function send(
  parts: readonly (Buffer | string)[],
  contentType = 'multipart/form-data; boundary=x',
) {
  const body = new Uint8Array(Buffer.concat(parts.map((one) => Buffer.from(one))))
  const headers = { 'content-type': contentType }
  const response = await hub.fetch('/v1/jobs', { method: 'POST', headers, body })
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}

const image = (name = 'image'): Buffer => part(`name="${name}"; filename="a.png"`, portrait)
const audio = (): Buffer => part('name="audio"; filename="a.wav"', speech)

describe('fault 58: a form', () => {
  afterEach(async () => {
    expect((await hub.fetch('/livez')).status).toBe(200)
  })

  it('of 10,001 parts is refused', async () => {
    const many = Array.from({ length: 10_001 }, (_, index) => part(`name="a${index}"`, '1'))
    expect(await send([...many, END])).toMatchObject({
      status: 400,
      body: { code: 'request_malformed' },
    })
  })

  it('of 10,001 files is refused', async () => {
    const file = part('name="image"; filename="a"', 'x')
    const { status } = await send([...Array.from({ length: 10_001 }, () => file), END])
    expect(status).toBe(400)
  })

  it('without its last boundary is refused, in a text and in a file', async () => {
    for (const cut of [part('name="prompt"', 'x'), image(), image().subarray(0, 5000)]) {
      expect(await send([cut])).toMatchObject({ status: 400, body: { code: 'request_malformed' } })
    }
  })

  it('with a name of 1 MB is refused', async () => {
    const { status } = await send([part(`name="${'a'.repeat(1_000_000)}"`, 'x'), END])
    expect(status).toBeGreaterThanOrEqual(400)
    expect(status).toBeLessThan(500)
  })

  it('with a part that has no name, or no header, is refused', async () => {
    expect((await send([part('filename="a.png"', portrait), audio(), END])).status).toBe(400)
    expect((await send(['--x\r\n\r\nhello\r\n', END])).status).toBe(422)
  })

  it('with two images is refused', async () => {
    expect(await send([image(), image(), audio(), END])).toMatchObject({
      status: 422,
      body: { code: 'input_ambiguous', pointer: '/image' },
    })
  })

  it.each([
    '../../x',
    '/etc/passwd',
    '..\\\\..\\\\x',
    '%2e%2e%2fx',
    '\u202eexe.gnp',
    'a'.repeat(5000),
  ])('takes a file called %s as nothing but a name', async (filename) => {
    const file = part(`name="image"; filename="${filename}"`, portrait)
    const { status, body } = await send([file, audio(), END])
    expect(status).toBe(202)
    expect(JSON.stringify(body)).not.toContain('etc/passwd')
  })

  it('whose parts are together too large is refused with 413', async () => {
    const large = Buffer.alloc(1_500_000, 'a')
    const parts = ['image', 'video', 'audio'].map((name) =>
      part(`name="${name}"; filename="a"`, large),
    )
    expect(await send([...parts, END])).toMatchObject({
      status: 413,
      body: { code: 'input_too_large' },
    })
  })

  it('with one file that is too large is refused with 413', async () => {
    const file = part('name="image"; filename="a"', Buffer.alloc(2_000_001))
    expect((await send([file, END])).status).toBe(413)
  })

  it('with a text of more than 1 MB is refused with 413', async () => {
    expect((await send([part('name="prompt"', 'a'.repeat(1_000_001)), END])).status).toBe(413)
  })

  it('without a boundary, or with one that never comes, is refused', async () => {
    expect((await send([image(), END], 'multipart/form-data')).status).toBe(400)
    expect((await send([image(), END], 'multipart/form-data; boundary=other')).status).toBe(400)
  })

  it('called __proto__ changes nothing', async () => {
    const { status } = await send([part('name="__proto__"', '{"a":1}'), image(), audio(), END])
    expect(status).toBe(422)
    expect(Object.hasOwn(Object.prototype, 'a')).toBe(false)
  })

  it('is taken with text after its end, as the standard allows', async () => {
    const { status, body } = await send([image(), audio(), END, 'epilogue'])
    expect(status).toBe(202)
    expect((body as unknown as JobResource).status).toBe('queued')
  })
})
