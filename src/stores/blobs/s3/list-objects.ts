// Lists the objects and the unfinished uploads of a bucket, page by page.
import { elementsOf, textOf } from './s3-answers.ts'
import type { S3Client } from './s3-client.ts'

export interface ListedObject {
  readonly key: string
  readonly bytes: number
}

/** @throws AppError `store_unavailable`, the reason of the signal */
export async function* listObjects(
  prefix: string,
  client: S3Client,
  signal: AbortSignal,
): AsyncGenerator<ListedObject> {
  let token: string | null = null
  do {
    const more: Record<string, string> = token === null ? {} : { 'continuation-token': token }
    const query = { 'list-type': '2', prefix, ...more }
    const { text } = await client.call({ method: 'GET', key: '', query, signal })
    for (const content of elementsOf(text, 'Contents')) {
      const key = textOf(content, 'Key')
      if (key !== null) yield { key, bytes: Number(textOf(content, 'Size') ?? 0) }
    }
    token = textOf(text, 'IsTruncated') === 'true' ? textOf(text, 'NextContinuationToken') : null
  } while (token !== null)
}

export interface UnfinishedUpload {
  readonly key: string
  readonly uploadId: string
  readonly beganAtMs: number
}

/** The first thousand: they are swept, then the next are listed. */
export async function listUploads(
  prefix: string,
  client: S3Client,
  signal: AbortSignal,
): Promise<readonly UnfinishedUpload[]> {
  const query = { uploads: '', prefix }
  const { text } = await client.call({ method: 'GET', key: '', query, signal })
  return elementsOf(text, 'Upload').flatMap((upload) => {
    const key = textOf(upload, 'Key')
    const uploadId = textOf(upload, 'UploadId')
    const beganAtMs = Date.parse(textOf(upload, 'Initiated') ?? '')
    return key === null || uploadId === null ? [] : [{ key, uploadId, beganAtMs }]
  })
}
