// Faults 57 and 59 at any size: the memory that a hub's process needs while large files pass through it.
import { createHash } from 'node:crypto'
import { request } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { startMeasuredHub } from './measured-hub.ts'
import { json, tinyRequest } from './test-hub.ts'

export interface TrafficFigures {
  readonly peakBytes: number
  readonly seconds: number
}

/** A video of `bytes` as base64 in JSON. @throws when it arrives changed */
export async function downloadAsBase64(bytes: number): Promise<TrafficFigures> {
  await using hub = await startMeasuredHub(bytes)
  const { image, audio } = (await tinyRequest()) as Record<string, { base64: string }>
  const flat = { image_base64: image?.base64, wav_base64: audio?.base64 }
  await hub.resetPeak()
  const sinceMs = performance.now()
  const response = await fetch(`${hub.url}/generate`, json(flat))
  if (!response.ok) throw new Error(await response.text())
  const job = `${hub.url}/v1/jobs/${response.headers.get('x-job-id')}`
  const sha256 = await hashOfBase64(Readable.fromWeb(response.body as never))
  const seconds = (performance.now() - sinceMs) / 1000
  const peakBytes = await hub.peakBytes()
  const { output } = (await (await fetch(job)).json()) as { output: { video: { sha256: string } } }
  if (sha256 !== output.video.sha256) throw new Error('the video is another one')
  return { peakBytes, seconds }
}

/** `count` uploads of `bytes` each, at once. @throws when one of them is rejected */
export async function uploadAtOnce(count: number, bytes: number): Promise<TrafficFigures> {
  await using hub = await startMeasuredHub(1)
  await hub.resetPeak()
  const sinceMs = performance.now()
  const chunk = Buffer.alloc(1 << 20, 'upload')
  const uploads = Array.from({ length: count }, async (_, index) => {
    const created = await fetch(`${hub.url}/v1/files`, { method: 'POST' })
    const { upload_url: url } = (await created.json()) as { upload_url: string }
    await put(url, index, bytes, chunk)
  })
  await Promise.all(uploads)
  const seconds = (performance.now() - sinceMs) / 1000
  return { peakBytes: await hub.peakBytes(), seconds }
}

async function hashOfBase64(text: Readable): Promise<string> {
  const hash = createHash('sha256')
  const head = '{"video": "'
  let skip = head.length
  let rest = ''
  for await (const chunk of text) {
    let part = rest + (chunk as Buffer).toString('latin1')
    if (skip > 0) {
      part = part.slice(skip)
      skip = 0
    }
    const body = part.endsWith('"}') ? part.slice(0, -2) : part
    const end = body.length - (body.length % 4)
    hash.update(Buffer.from(body.slice(0, end), 'base64'))
    rest = part.slice(end)
  }
  return hash.digest('hex')
}

async function put(url: string, index: number, bytes: number, chunk: Buffer): Promise<void> {
  const call = request(url, { method: 'PUT', headers: { 'content-length': bytes } })
  const status = new Promise<number>((resolve, reject) => {
    call.on('response', (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
    call.on('error', reject)
  })
  await pipeline(Readable.from(contentOf(index, bytes, chunk)), call)
  if ((await status) !== 200) throw new Error(`upload ${index} was answered with ${await status}`)
}

/** Each upload has other content: the same content would be stored once. */
function* contentOf(index: number, bytes: number, chunk: Buffer): Generator<Buffer> {
  const first = Buffer.from(String(index).padStart(8, '0'))
  yield first
  for (let left = bytes - first.length; left > 0; left -= chunk.length) {
    yield chunk.subarray(0, Math.min(left, chunk.length))
  }
}
