// Large uploads of the client go in parts and continue where a cut line left them.
import { createHash, randomBytes } from 'node:crypto'
import { expect, it } from 'vitest'
import { AbortedError, createClient } from '../../packages/client/src/index.ts'
import { startTestHub } from '../support/test-hub.ts'

const KEY = '0123456789abcdef'
const HUB = { env: { INFINITETALK_API_KEYS: `me:${KEY}` }, works: false }
const CONTENT = randomBytes(17_000_000)

it('a large upload continues after a lost part and after a lost answer', async () => {
  await using hub = await startTestHub(HUB)
  const seen: string[] = []
  const cut: typeof fetch = async (input, init) => {
    const method = init?.method ?? 'GET'
    seen.push(method)
    const patches = seen.filter((each) => each === 'PATCH').length
    if (method === 'PATCH' && patches === 2) throw new TypeError('cut before the part')
    const answer = await fetch(input, init)
    if (method === 'PATCH' && patches === 4) throw new TypeError('cut before the answer')
    return answer
  }
  const client = createClient({ baseUrl: hub.url, token: KEY, fetch: cut, retryDelayMs: 1 })
  const progress: number[] = []
  const file = await client.files.upload(new Blob([CONTENT], { type: 'audio/wav' }), {
    filename: 'Grüße.wav',
    onProgress: ({ sentBytes }) => progress.push(sentBytes),
  })
  expect(file).toMatchObject({
    status: 'ready',
    filename: 'Grüße.wav',
    content_type: 'audio/wav',
    bytes: CONTENT.length,
    sha256: createHash('sha256').update(CONTENT).digest('hex'),
  })
  // Three parts; the second was sent again, the third had arrived.
  expect(seen.filter((method) => method === 'PATCH')).toHaveLength(4)
  expect(progress).toEqual(progress.toSorted((a, b) => a - b))
  expect(progress.at(-1)).toBe(CONTENT.length)
})

it('a large upload that is aborted leaves nothing at the hub', async () => {
  await using hub = await startTestHub(HUB)
  const stop = new AbortController()
  const paths: string[] = []
  const client = createClient({
    baseUrl: hub.url,
    token: KEY,
    fetch: async (input, init) => {
      paths.push(new URL(String(input)).pathname)
      return fetch(input, init)
    },
  })
  const sending = client.files.upload(new Blob([CONTENT]), {
    signal: stop.signal,
    onProgress: ({ sentBytes }) => {
      if (sentBytes > 0) stop.abort()
    },
  })
  await expect(sending).rejects.toBeInstanceOf(AbortedError)
  const id = paths
    .find((path) => path.startsWith('/v1/uploads/'))!
    .split('/')
    .at(-1)
  const headers = { authorization: `Bearer ${KEY}` }
  expect((await hub.fetch(`/v1/files/${id}`, { headers })).status).toBe(404)
})
