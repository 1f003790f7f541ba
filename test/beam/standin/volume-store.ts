// A volume of Beam and the object store behind its signed links, with the ways in which they fail.
import type { WebAnswer, WebRequest } from './web-stand.ts'
import { json } from './web-stand.ts'
import { WORKSPACE } from './workspace.ts'

export interface VolumeFaults {
  /** Counts down: so many uploads by signed link are refused. */
  presignedPutRefused?: number
}

const VOLUME = new RegExp(`^/volume/${WORKSPACE}/([a-z-]+)/(.+)$`)
const STORE = '/store/'

export class VolumeStore {
  /** What lies on it. */
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

  /** Of the gateway's own API; null when it is not about a volume. */
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

  /** Of a signed link. @returns the key of what is asked for, or the answer when it is none of the reading */
  open({ method, path, query, headers, body }: WebRequest): string | WebAnswer {
    const key = path.slice(STORE.length)
    // An object store refuses whoever brings two kinds of credentials.
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
