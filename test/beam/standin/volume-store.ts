// A volume of Beam and the object store behind its signed links, with their faults.
import type { WebAnswer, WebRequest } from './web-stand.ts'
import { json } from './web-stand.ts'
import { WORKSPACE } from './workspace.ts'

export interface VolumeFaults {
  /** Counts down: this many uploads by signed link are rejected. */
  presignedPutRefused?: number
}

const VOLUME = new RegExp(`^/volume/${WORKSPACE}/([a-z-]+)/(.+)$`)
const STORE = '/store/'

export class VolumeStore {
  /** The stored files. */
  readonly files = new Map<string, Buffer>()
  readonly #faults: VolumeFaults
  readonly #url: () => string

  constructor(url: () => string, faults: VolumeFaults) {
    this.#url = url
    this.#faults = faults
  }

  sign(key: string): string {
    return `${this.#url()}${STORE}${key}?signature=good`
  }

  /** Answers the gateway's own API; null for a path that is not about a volume. */
  answer({ method, path, body }: WebRequest): WebAnswer | null {
    const [, verb, name = ''] = VOLUME.exec(path) ?? []
    if (verb === undefined) return null
    const key = decodeURIComponent(name)
    if (verb === 'generate-upload-url') return json(200, this.sign(key))
    if (verb === 'generate-download-url') return json(200, this.sign(key))
    if (verb === 'upload' && method === 'PUT') {
      this.files.set(key, body)
      return json(200, {})
    }
    if (verb === 'rm' && method === 'DELETE') {
      const wasThere = this.files.delete(key)
      return json(wasThere ? 200 : 404, {})
    }
    return json(404, { message: 'Not Found' })
  }

  /** Answers a signed link. @returns the key of the requested file, or the answer when it is not a read */
  open({ method, path, query, headers, body }: WebRequest): string | WebAnswer {
    const key = path.slice(STORE.length)
    // An object store rejects a request with two kinds of credentials.
    if (query.get('signature') !== 'good' || headers.authorization !== undefined) {
      return json(400, { message: 'bad credentials' })
    }
    if (method !== 'PUT') return key
    const left = this.#faults.presignedPutRefused ?? 0
    if (left > 0) {
      this.#faults.presignedPutRefused = left - 1
      return json(403, {})
    }
    this.files.set(key, body)
    return json(200, {})
  }
}
