// Faults 54 to 56: JSON and base64 as no client should write them, and bodies that are too large to be read.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { head, openRaw, parseRaw } from '../support/raw-http.ts'
import { json, startTestHub, type TestHub, tinyRequest } from '../support/test-hub.ts'

let hub: TestHub
let image: { base64: string }
let audio: { base64: string }

beforeAll(async () => {
  hub = await startTestHub({ works: false })
  ;({ image, audio } = (await tinyRequest()) as { image: typeof image; audio: typeof audio })
})
afterAll(() => hub.stop())

const send = async (body: string | Uint8Array<ArrayBuffer>, path = '/v1/jobs') => {
  const headers = { 'content-type': 'application/json' }
  const response = await hub.fetch(path, { method: 'POST', headers, body })
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}

const media = (): string => `"image":${JSON.stringify(image)},"audio":${JSON.stringify(audio)}`

describe('fault 54: JSON', () => {
  it.each([
    ['100,000 lists deep', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
    ['100,000 objects deep', `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`],
    ['a member twice', '{"seed":1,"seed":2}'],
    ['a member twice in two spellings', '{"seed":1,"s\\u0065ed":2}'],
    ['a million values', `{"prompt":[${'1,'.repeat(1_000_000)}1]}`],
    ['nothing but a brace', '{'],
    ['text after the end', '{} {}'],
    ['a comma too much', '{"seed":1,}'],
    ['a raw NUL', '{"prompt":"a\0b"}'],
    ['UTF-16', Buffer.from('{"seed":1}', 'utf16le').toString('latin1')],
  ])('that is %s is refused as unreadable', async (_what, text) => {
    expect(await send(text)).toMatchObject({ status: 400, body: { code: 'request_malformed' } })
  })

  it('that is no UTF-8 is refused as unreadable', async () => {
    const bytes = new Uint8Array([...Buffer.from('{"prompt":"'), 0xff, 0xfe, ...Buffer.from('"}')])
    expect(await send(bytes)).toMatchObject({ status: 400, body: { code: 'request_malformed' } })
  })

  it.each([
    ['__proto__', '"__proto__":{"engine":"x"}', 'unknown_field'],
    ['constructor', '"constructor":{"prototype":{}}', 'unknown_field'],
    ['1e400', '"seed":1e400', 'invalid_request'],
    ['-0.5 as a seed', '"seed":-0.5', 'invalid_request'],
    ['a lone surrogate', '"prompt":"\\ud800"', 'invalid_request'],
    ['an escaped NUL', '"prompt":"a\\u0000b"', 'invalid_request'],
  ])('with %s is refused by the contract', async (_what, member, code) => {
    expect(await send(`{${media()},${member}}`)).toMatchObject({ status: 422, body: { code } })
    expect(Object.hasOwn(Object.prototype, 'engine')).toBe(false)
  })

  it('with a byte order mark is read', async () => {
    expect((await send(`\uFEFF{${media()}}`)).status).toBe(202)
  })

  it.each(['null', '[]', '"text"', '7', 'true'])('%s is no request', async (text) => {
    expect((await send(text)).status).toBe(422)
  })

  it('is asked for when there is no body', async () => {
    const response = await hub.fetch('/v1/jobs', { method: 'POST' })
    expect(response.status).toBe(422)
  })
})

describe('14.23: JSON without a Content-Type', () => {
  // A body of bytes gets no type from fetch(), as the texts of Python's requests get none.
  const untyped = (headers: Readonly<Record<string, string>> = {}) =>
    hub.fetch('/v1/jobs', {
      method: 'POST',
      headers,
      body: new Uint8Array(Buffer.from(`{${media()}}`)),
    })

  it('14.23: is accepted from a program, on every route that takes JSON', async () => {
    expect((await untyped()).status).toBe(202)
    const body = new Uint8Array(Buffer.from('{}'))
    for (const path of ['/v1/files', '/v1/estimate', '/generate', '/queue', '/v2/any/run']) {
      const { status } = await hub.fetch(path, { method: 'POST', body })
      expect(status, path).not.toBe(415)
    }
  })

  it('14.23: is refused from a page, which no preflight has stopped', async () => {
    const pages = [
      { origin: hub.url },
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { 'sec-fetch-site': 'same-site' },
      { 'sec-fetch-site': 'cross-site' },
    ]
    for (const headers of pages) {
      const { status } = await untyped(headers)
      expect([403, 415], JSON.stringify(headers)).toContain(status)
    }
  })
})

describe('fault 55: a body that is too large', () => {
  it.each([
    ['/v1/jobs', 1_073_741_824],
    ['/v1/estimate', 32_000_001],
    ['/generate', 1_073_741_824],
    ['/', 360_000_001],
    ['/queue', 360_000_001],
    ['/v1/files', 1_000_001],
  ])(
    'is refused by its announced length before it is read: POST %s, %i bytes',
    async (path, bytes) => {
      const connection = openRaw(hub.url)
      connection.write(
        head(path, { 'Content-Type': 'application/json', 'Content-Length': String(bytes) }),
      )
      const answer = parseRaw(await connection.closed)
      expect(answer).toMatchObject({ status: 413, body: { code: 'input_too_large' } })
    },
  )

  it('is refused when it does not say its length, as soon as it is too long', async () => {
    const connection = openRaw(hub.url)
    const headers = { 'Content-Type': 'application/json', 'Transfer-Encoding': 'chunked' }
    connection.write(head('/v1/files', headers))
    const chunk = `${(100_000).toString(16)}\r\n${' '.repeat(100_000)}\r\n`
    for (let count = 0; count < 12; count += 1) connection.write(chunk)
    const answer = parseRaw(await connection.closed)
    expect(answer).toMatchObject({ status: 413, body: { code: 'input_too_large' } })
  })

  it('cannot crowd out memory together with others', async () => {
    await using small = await startTestHub({
      works: false,
      env: { INFINITETALK_LIMIT_BODY_MEMORY_MAX_BYTES: '3MB' },
    })
    const announce = { 'Content-Type': 'application/json', 'Content-Length': '2000000' }
    const first = openRaw(small.url)
    first.write(head('/v1/jobs', announce))
    await expect.poll(() => first.socket.bytesWritten).toBeGreaterThan(0)
    await small.fetch('/livez')
    const second = openRaw(small.url)
    second.write(head('/v1/jobs', announce))
    const answer = parseRaw(await second.closed)
    expect(answer).toMatchObject({ status: 503, body: { code: 'server_busy' } })
    first.socket.destroy()
    await expect.poll(async () => (await small.fetch('/v1/jobs', json('{'))).status).toBe(400)
  })

  it('is refused when it is compressed: what it becomes is not known', async () => {
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' }
    const response = await hub.fetch('/v1/jobs', { method: 'POST', headers, body: 'x' })
    expect(response.status).toBe(415)
  })
})

describe('fault 56: base64', () => {
  const wrapped = (text: string): string => text.replaceAll(/.{76}/g, '$&\r\n')
  const urlSafe = (text: string): string =>
    text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')

  it.each([
    ['with line breaks', wrapped],
    ['in the url-safe alphabet without padding', urlSafe],
    ['as a data URI', (text: string) => `data:image/png;base64,${text}`],
    ['as a data URI with parameters', (text: string) => `data:image/png;charset=x;base64,${text}`],
  ])('%s is read, in both forms of a request', async (_what, write) => {
    const base64 = write(image.base64)
    expect((await send(JSON.stringify({ image: { base64 }, audio }))).status).toBe(202)
    const flat = { image_base64: base64, wav_base64: audio.base64 }
    expect((await send(JSON.stringify(flat), '/queue')).status).toBe(202)
  })

  it.each([
    ['with an exclamation mark', (text: string) => `!!${text}`, 'base64_invalid'],
    ['with too much padding', (text: string) => `${text}=`, 'base64_invalid'],
    ['cut after one character of four', () => 'aGVsb', 'base64_invalid'],
    ['of nothing', () => '', 'input_empty'],
  ])('%s is refused, with the place', async (_what, write, code) => {
    const base64 = write(image.base64)
    const refused = await send(JSON.stringify({ image: { base64 }, audio }))
    expect(refused).toMatchObject({ status: 422, body: { code, pointer: '/image/base64' } })
  })
})
