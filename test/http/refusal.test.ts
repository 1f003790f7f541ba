// A caller that is refused before it has sent its body hears why, however long the body is.
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { head, parseRaw } from '../support/raw-http.ts'
import { startTestHub, type TestHub } from '../support/test-hub.ts'

const BODY_BYTES = 8_000_000

let hub: TestHub
beforeAll(async () => {
  hub = await startTestHub({
    works: false,
    env: { INFINITETALK_API_KEYS: 'me:a-key-of-16-characters' },
  })
})
afterAll(() => hub.stop())

describe('14.12: a refusal before the body was read', () => {
  it.each([
    ['without a key', '/v1/jobs', {}, 401],
    ['of another type', '/v1/jobs', { 'Content-Type': 'text/plain' }, 415],
    ['at no path', '/nothing', {}, 404],
    ['beyond the limit', '/v1/files', { 'Content-Type': 'application/json' }, 413],
  ])('lets the caller finish sending (%s)', async (_name, path, headers, status) => {
    const key = status === 401 ? {} : { Authorization: 'Bearer a-key-of-16-characters' }
    const answer = await sendWhole(
      head(path, { ...headers, ...key, 'Content-Length': String(BODY_BYTES) }),
    )
    expect(parseRaw(answer).status).toBe(status)
    expect(answer.toLowerCase()).toContain('connection: close')
  })

  it('breaks no pipe of fetch', async () => {
    const body = Buffer.alloc(BODY_BYTES, 'x')
    const statuses: number[] = []
    for (let round = 0; round < 2; round += 1) {
      const posts = Array.from({ length: 8 }, () =>
        fetch(`${hub.url}/v1/jobs`, { method: 'POST', body }),
      )
      for (const answer of await Promise.all(posts)) statuses.push(answer.status)
    }
    expect(new Set(statuses)).toEqual(new Set([401]))
  })
})

/** Sends all of it before it looks at the answer. @throws Error when the connection is broken meanwhile */
async function sendWhole(header: string): Promise<string> {
  const { hostname, port } = new URL(hub.url)
  const socket = connect(Number(port), hostname)
  const received: Buffer[] = []
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  socket.on('error', reject)
  socket.on('close', () => resolve(Buffer.concat(received).toString('latin1')))
  socket.write(header)
  const chunk = Buffer.alloc(64 * 1024, 'x')
  for (let left = BODY_BYTES; left > 0; left -= chunk.length) {
    const flushed = socket.write(left < chunk.length ? chunk.subarray(0, left) : chunk)
    if (!flushed) {
      await Promise.race([new Promise((drained) => socket.once('drain', drained)), promise])
    }
  }
  socket.on('data', (piece) => received.push(piece))
  return promise
}
