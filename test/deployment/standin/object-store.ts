// The object store of the stand-in, behind signed links: objects by their hash, and files that come in parts.
import { createHash } from 'node:crypto'
import { json, type WebAnswer, type WebRequest } from '../../beam/standin/web-stand.ts'
import { type DeploymentFaults, takes } from './deployment-faults.ts'

type Json = Readonly<Record<string, unknown>>

interface Upload {
  readonly key: string
  readonly bytes: number
  readonly parts: Map<number, Buffer>
}

interface StoreParts {
  readonly faults: DeploymentFaults
  /** What was wrong in what came is put here. */
  readonly breaches: string[]
  url(): string
  nextId(kind: string): string
}

export class ObjectStore {
  readonly objects = new Map<string, { id: string; bytes: Buffer | null }>()
  readonly files = new Map<string, Buffer>()
  readonly uploads = new Map<string, Upload>()
  readonly #faults: DeploymentFaults
  readonly #breaches: string[]
  readonly #url: () => string
  readonly #nextId: (kind: string) => string

  constructor({ faults, breaches, url, nextId }: StoreParts) {
    this.#faults = faults
    this.#breaches = breaches
    this.#url = url
    this.#nextId = nextId
  }

  createObject(body: Json): WebAnswer {
    const hash = String(body.hash)
    const object = this.objects.get(hash) ?? { id: this.#nextId('object'), bytes: null }
    this.objects.set(hash, object)
    const presignedUrl = this.#sign(`objects/${hash}`)
    return json(200, { ok: true, objectId: object.id, presignedUrl, errorMsg: '' })
  }

  beginUpload(body: Json): WebAnswer {
    const volume = String(body.volume_name)
    const uploadId = this.#nextId('upload')
    const [bytes, chunk] = [Number(body.file_size), Number(body.chunk_size)]
    const key = `${volume}/${body.volume_path}`
    this.uploads.set(uploadId, { key, bytes, parts: new Map() })
    // Numbers of 64 bits come as text.
    const fileUploadParts = Array.from({ length: Math.ceil(bytes / chunk) }, (_, index) => ({
      number: index + 1,
      start: String(index * chunk),
      end: String(Math.min((index + 1) * chunk, bytes)),
      url: this.#sign(`parts/${uploadId}/${index + 1}`),
    }))
    return json(200, { ok: true, errMsg: '', uploadId, fileUploadParts })
  }

  linkOfPart({ upload_id: id, part_number: number }: Json): WebAnswer {
    return json(200, { ok: true, errMsg: '', url: this.#sign(`parts/${id}/${number}`) })
  }

  completeUpload(body: Json): WebAnswer {
    const upload = this.uploads.get(String(body.upload_id))
    const completed = body.completed_parts as readonly { number: number; etag: string }[]
    const parts = completed.map(({ number, etag }) => {
      const part = upload?.parts.get(number)
      return part !== undefined && etag === etagOf(part) ? part : null
    })
    const whole = Buffer.concat(parts.filter((part) => part !== null))
    if (upload === undefined || parts.includes(null) || whole.length !== upload.bytes) {
      return json(200, { ok: false, errMsg: 'InvalidPart' })
    }
    this.uploads.delete(String(body.upload_id))
    this.files.set(upload.key, whole)
    return json(200, { ok: true, errMsg: '' })
  }

  #sign(key: string): string {
    return `${this.#url()}/store/${key}?signature=good`
  }

  put({ method, path, query, headers, body }: WebRequest): WebAnswer {
    const [, , kind, name = '', number = ''] = path.split('/')
    // An object store refuses whoever brings two kinds of credentials.
    if (query.get('signature') !== 'good' || headers.authorization !== undefined) {
      this.#breaches.push('the token was sent to the object store')
      return json(400, {})
    }
    if (method !== 'PUT') return json(405, {})
    if (takes(this.#faults, 'putsRefused')) {
      const xml = '<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>'
      return { status: 403, json: xml }
    }
    if (kind === 'objects') {
      const sha256 = createHash('sha256').update(body).digest('hex')
      if (sha256 !== name) this.#breaches.push('the object is not what its hash says')
      this.objects.get(name)!.bytes = body
      return json(200, {})
    }
    if (takes(this.#faults, 'partsLost')) return 'lost'
    if (takes(this.#faults, 'partsUnwell')) return json(503, {})
    this.uploads.get(name)?.parts.set(Number(number), body)
    return { status: 200, json: {}, headers: { etag: etagOf(body) } }
  }
}

const etagOf = (part: Buffer): string => `"${createHash('md5').update(part).digest('hex')}"`
