// Files that are uploaded before their job: created, then filled by one PUT, which is repeated if the content can be read twice. A
// large Blob goes in parts and resumes.
import type { FaceList, FileResource } from '@infinitetalk/contract'
import { uploadDirectly } from './direct-upload.ts'
import { apiPath } from './path.ts'
import { PART_BYTES, uploadInParts } from './resumable-upload.ts'
import type { Transport } from './transport.ts'
import {
  canStreamUploads,
  openUpload,
  UNKNOWN_TYPE,
  type UploadContent,
  type UploadProgress,
} from './upload-body.ts'

export interface UploadOptions {
  /** File name for people, never used as a path. Default: the name of a `File`. */
  readonly filename?: string | undefined
  /** Media type, only informative: the hub looks at the content. Default: the type of a Blob. */
  readonly contentType?: string | undefined
  readonly onProgress?: ((progress: UploadProgress) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

export interface CallOptions {
  readonly signal?: AbortSignal | undefined
}

export class Files {
  readonly #transport: Transport
  /** Whether the hub may offer uploads to its bucket. Browsers would need its permission (CORS), and report no progress. */
  #mayBeDirect = canStreamUploads()

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /**
   * Uploads a file. A job uses it by id: `{ image: { file_id: file.id } }`. A stream can be read only once, so a cut connection
   * ends its upload; a Blob is sent again, and one of more than 8 MB resumes. Outside of browsers a Blob goes straight to the bucket
   * of a hub that allows it (S3_DIRECT_UPLOADS). In Node, `openAsBlob(path)` of `node:fs` makes a Blob of a file without reading it
   * into memory.
   *
   * @throws UnprocessableEntityError `input_too_large`, `input_empty`, `digest_mismatch`
   */
  async upload(content: UploadContent, options: UploadOptions = {}): Promise<FileResource> {
    const { onProgress, signal } = options
    const large = content instanceof Blob && content.size > PART_BYTES ? content : null
    if (large !== null && !this.#mayBeDirect) return this.#uploadInParts(large, options)
    const upload = await openUpload(content, options.contentType, onProgress)
    const file = await this.#transport.json<FileResource>({
      method: 'POST',
      target: apiPath`/v1/files`,
      json: {
        content_type: upload.body.contentType,
        filename: options.filename ?? nameOf(content),
        bytes: upload.totalBytes ?? undefined,
      },
      // A retry may leave an empty file, which the hub deletes after a day.
      repeatable: true,
      signal,
    })
    if (this.#mayBeDirect && upload.totalBytes !== null) {
      const sent = await uploadDirectly(this.#transport, file, upload, signal)
      if (sent !== null) return sent
      this.#mayBeDirect = false
    }
    if (large !== null) {
      // The upload in parts makes a file of its own.
      await this.delete(file.id, { signal })
      return this.#uploadInParts(large, options)
    }
    await this.#transport.send({
      method: 'PUT',
      target: this.#transport.resolve(file.upload_url ?? ''),
      headers: { 'content-digest': upload.contentDigest ?? undefined },
      body: upload.body,
      repeatable: true,
      alreadyDone: ({ code }) => code === 'file_already_written',
      signal,
    })
    return this.get(file.id, { signal })
  }

  async #uploadInParts(content: Blob, options: UploadOptions): Promise<FileResource> {
    const { onProgress, signal } = options
    const contentType = options.contentType ?? (content.type || UNKNOWN_TYPE)
    const filename = options.filename ?? nameOf(content)
    const given = { contentType, filename, onProgress, signal }
    const id = await uploadInParts(this.#transport, content, given)
    return this.get(id, { signal })
  }

  /** @throws NotFoundError */
  get(fileId: string, { signal }: CallOptions = {}): Promise<FileResource> {
    const target = apiPath`/v1/files/${fileId}`
    return this.#transport.json<FileResource>({ method: 'GET', target, repeatable: true, signal })
  }

  /** The faces of an uploaded image, largest first. @throws NotFoundError, UnprocessableEntityError `image_*` */
  faces(fileId: string, { signal }: CallOptions = {}): Promise<FaceList> {
    return this.#transport.json<FaceList>({
      method: 'POST',
      target: apiPath`/v1/faces`,
      json: { image: { file_id: fileId } },
      // It changes nothing.
      repeatable: true,
      signal,
    })
  }

  /** Jobs that use the file keep its content. @throws NotFoundError */
  delete(fileId: string, { signal }: CallOptions = {}): Promise<void> {
    return this.#transport.send({
      method: 'DELETE',
      target: apiPath`/v1/files/${fileId}`,
      repeatable: true,
      alreadyDone: ({ status }) => status === 404,
      signal,
    })
  }
}

function nameOf(content: UploadContent): string | undefined {
  return 'name' in content && typeof content.name === 'string' ? content.name : undefined
}
