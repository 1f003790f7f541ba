// One HTTP request exactly as recorded: nothing added, nothing tidied up.
import { request } from 'node:http'
import type { RecordedMedia } from './recorded-media.ts'
import type { FormField, RecordedRequest } from './recording.ts'

export interface RawAnswer {
  readonly status: number
  readonly type: string | undefined
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: Buffer
}

const BOUNDARY = '----ReplayBoundary'

export interface RawBody {
  readonly content: Buffer
  readonly type: string | null
}

export async function sendRaw(
  url: string,
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  body: RawBody | null,
): Promise<RawAnswer> {
  return await new Promise((resolve, reject) => {
    const sent = request(`${url}${encodeURI(decodeURI(path))}`, {
      method,
      headers: {
        ...(body === null ? {} : { 'content-length': body.content.length }),
        ...(body?.type ? { 'content-type': body.type } : {}),
        ...headers,
      },
    })
    sent.on('error', reject)
    sent.on('response', async (response) => {
      try {
        const chunks: Buffer[] = []
        for await (const chunk of response) chunks.push(chunk)
        const content = Buffer.concat(chunks)
        const { statusCode = 0, headers: got } = response
        resolve({ status: statusCode, type: got['content-type'], headers: got, body: content })
      } catch (error) {
        reject(error)
      }
    })
    sent.end(body?.content)
  })
}

/** @param translate recorded names of folders into ours */
export async function recordedBody(
  recorded: RecordedRequest,
  media: RecordedMedia,
  translate: (text: string) => string,
): Promise<RawBody | null> {
  if (recorded.json !== undefined) {
    const content = Buffer.from(translate(JSON.stringify(recorded.json)))
    return { content, type: 'application/json' }
  }
  if (recorded.text !== undefined)
    return { content: Buffer.from(recorded.text), type: 'text/plain' }
  if (recorded.form !== undefined) return form(await Promise.all(recorded.form.map(field)))
  if (recorded.raw === undefined) return null
  const { header, bytes } = recorded.raw
  const content =
    bytes > 1_000_000 ? Buffer.alloc(bytes) : await media.content({ filename: 'face.png', bytes })
  return form([
    [header, content],
    ['name="subfolder"', Buffer.from('q1')],
  ])

  async function field(one: FormField): Promise<readonly [string, Buffer]> {
    if ('value' in one) return [`name="${one.name}"`, Buffer.from(one.value)]
    // As the recording client did: what is not plain in a name is escaped.
    const filename = encodeURIComponent(one.filename)
    return [`name="${one.name}"; filename="${filename}"`, await media.content(one)]
  }
}

function form(parts: readonly (readonly [header: string, content: Buffer])[]): RawBody {
  const chunks = parts.flatMap(([header, content]) => [
    Buffer.from(`--${BOUNDARY}\r\nContent-Disposition: form-data; ${header}\r\n\r\n`),
    content,
    Buffer.from('\r\n'),
  ])
  return {
    content: Buffer.concat([...chunks, Buffer.from(`--${BOUNDARY}--\r\n`)]),
    type: `multipart/form-data; boundary=${BOUNDARY}`,
  }
}
