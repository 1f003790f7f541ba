// Uploads that resume: the protocol's own client against a hub with keys, with cut lines, a restart of the hub and every limit.
import { createHash, randomBytes } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Upload, type UploadOptions } from 'tus-js-client'
import { describe, expect, it } from 'vitest'
import { createTestFolder } from '../support/test-folder.ts'
import { startTestHub, type TestHub } from '../support/test-hub.ts'

const KEY = '0123456789abcdef'
const AUTHORIZATION = { authorization: `Bearer ${KEY}` }
const PART = 256 * 1024
const KEYS = { INFINITETALK_API_KEYS: `me:${KEY}` }

interface Sent {
  readonly url: string
  /** Bytes that were sent in parts by this client. */
  readonly bytes: number
}

/** @param stopAfter aborts once so many bytes are accepted */
function send(
  hub: TestHub,
  content: Buffer,
  options: Partial<UploadOptions> = {},
  stopAfter = Number.POSITIVE_INFINITY,
): Promise<Sent> {
  return new Promise((resolve, reject) => {
    let bytes = 0
    const upload: Upload = new Upload(content, {
      endpoint: `${hub.url}/v1/uploads`,
      headers: AUTHORIZATION,
      chunkSize: PART,
      retryDelays: null,
      metadata: { filename: 'speech.wav', filetype: 'audio/wav' },
      onChunkComplete(size, accepted) {
        bytes += size
        if (accepted < stopAfter) return
        void upload.abort().then(() => resolve({ url: upload.url!, bytes }))
      },
      onSuccess: () => resolve({ url: upload.url!, bytes }),
      onError: reject,
      ...options,
    })
    upload.start()
  })
}

const idOf = ({ url }: Sent): string => url.slice(url.lastIndexOf('/') + 1)
const readFile = async (hub: TestHub, id: string): Promise<Record<string, unknown>> =>
  (await hub.fetch(`/v1/files/${id}`, { headers: AUTHORIZATION })).json() as never
const partsIn = ({ dataDir }: TestHub): Promise<string[]> => readdir(join(dataDir, 'uploads'))

describe('an upload that resumes', () => {
  it('becomes a file like any other, whole and with its name and type', async () => {
    await using hub = await startTestHub({ env: KEYS, works: false })
    const content = randomBytes(5 * PART + 1)
    const sent = await send(hub, content)
    expect(await readFile(hub, idOf(sent))).toMatchObject({
      status: 'ready',
      filename: 'speech.wav',
      content_type: 'audio/wav',
      bytes: content.length,
      sha256: createHash('sha256').update(content).digest('hex'),
    })
    expect(await partsIn(hub)).not.toContain(idOf(sent))
    const again = await fetch(sent.url, { method: 'DELETE', headers: AUTHORIZATION })
    expect(again.status).toBe(204)
  })

  it('sends no byte twice after a cut, also to a hub that was started again', async () => {
    const folder = await createTestFolder()
    const env = { ...KEYS, INFINITETALK_DATA_DIR: folder.path('data') }
    const content = randomBytes(6 * PART)
    let cut: Sent
    {
      await using hub = await startTestHub({ env, works: false })
      cut = await send(hub, content, {}, 2 * PART)
      expect((await readFile(hub, idOf(cut))).status).toBe('pending')
    }
    await using hub = await startTestHub({ env, works: false })
    const uploadUrl = `${hub.url}/v1/uploads/${idOf(cut)}`
    const rest = await send(hub, content, { uploadUrl })
    expect(cut.bytes + rest.bytes).toBe(content.length)
    expect(await readFile(hub, idOf(cut))).toMatchObject({
      sha256: createHash('sha256').update(content).digest('hex'),
    })
  })

  it('keeps the limits of the hub: size, number, offset, and content', async () => {
    const limits = {
      INFINITETALK_LIMIT_UPLOAD_MAX_BYTES: '1MB',
      INFINITETALK_LIMIT_UPLOAD_MAX_PENDING: '2',
    }
    await using hub = await startTestHub({ env: { ...KEYS, ...limits }, works: false })
    const call = (method: string, path: string, headers: Record<string, string>, body = '') =>
      fetch(`${hub.url}${path}`, {
        method,
        headers: { 'tus-resumable': '1.0.0', ...AUTHORIZATION, ...headers },
        ...(method === 'PATCH' ? { body } : {}),
      })
    const create = (bytes: number) =>
      call('POST', '/v1/uploads', { 'upload-length': String(bytes) })
    const codeOf = async (answer: Response): Promise<unknown> =>
      ((await answer.json()) as { code: unknown }).code
    const large = await create(1_000_001)
    expect([large.status, await codeOf(large)]).toEqual([413, 'input_too_large'])
    const created = await create(10)
    const path = new URL(created.headers.get('location')!).pathname
    const part = { 'content-type': 'application/offset+octet-stream' }
    const early = await call('PATCH', path, { ...part, 'upload-offset': '5' }, 'abc')
    expect(early.status).toBe(409)
    const beyond = await call(
      'PATCH',
      path,
      { ...part, 'upload-offset': '0' },
      'more than ten bytes',
    )
    expect(beyond.status).toBe(413)
    expect((await create(10)).status).toBe(201)
    const third = await create(10)
    expect([third.status, await codeOf(third)]).toEqual([429, 'uploads_pending'])
    expect((await call('DELETE', path, {})).status).toBe(204)
    expect((await call('HEAD', path, {})).status).toBe(404)
    const empty = await create(0)
    expect([empty.status, await codeOf(empty)]).toEqual([422, 'input_empty'])
    const stranger = await fetch(`${hub.url}/v1/uploads`, { method: 'POST' })
    expect(stranger.status).toBe(401)
    const options = await call('OPTIONS', '/v1/uploads', {})
    expect(options.headers.get('tus-max-size')).toBe('1000000')
    expect(options.headers.get('access-control-allow-origin')).toBeNull()
  })
})
