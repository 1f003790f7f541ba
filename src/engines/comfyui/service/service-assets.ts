// The files of a render at a service: sent once by their hash, named in graphs by their id, and deleted afterwards where they were made
// for this render alone.
import { openAsBlob } from 'node:fs'
import { extname } from 'node:path'
import { AppError, toAppError } from '../../../domain/errors.ts'
import { FormData } from '../../../net/light-request.ts'
import type { Graph } from '../../../workflow/graph.ts'
import type { ComfyAddress } from '../comfy-address.ts'
import type { InputUpload } from '../upload-input.ts'
import { hashFile } from './hash-file.ts'
import { askService } from './service-request.ts'

/** A render of an hour takes a day on a slow GPU; what a killed hub leaves behind goes after two. */
const KEPT_SECONDS = 2 * 24 * 3600
const SLOWEST_BYTES_PER_MS = 128
const FIXED_MS = 60_000
const TYPES: Readonly<Record<string, string>> = {
  '.png': 'image/png',
  '.wav': 'audio/wav',
  '.flac': 'audio/flac',
  '.mp4': 'video/mp4',
}
/** Stands in a graph for an asset until the graph is sent. */
const REFERENCE = /^comfy-asset:(.+)$/

export class ServiceAssets {
  readonly #address: ComfyAddress
  /** The assets that were made for one name each. */
  readonly #own = new Map<string, string>()

  constructor(address: ComfyAddress) {
    this.#address = address
  }

  /**
   * @param upload without a path what was sent under its name is deleted
   * @returns how a graph names it until it is sent
   * @throws AppError `input_too_large`, `engine_*`, or what the signal was aborted with
   */
  async upload({ path, name, signal }: InputUpload): Promise<string> {
    if (path === null) return this.#delete(name, signal)
    const hash = await hashFile(path, signal)
    const known = await this.#fromHash(hash, name, signal)
    const { id, isNew } = known ?? (await this.#send(path, hash, name, signal))
    if (isNew) this.#own.set(name, id)
    return `comfy-asset:${id}`
  }

  async #fromHash(hash: string, name: string, signal: AbortSignal) {
    const body = JSON.stringify({ hash, file_path: name, expires_in: KEPT_SECONDS })
    const headers = { 'content-type': 'application/json' }
    const path = '/api/v2/assets/from-hash'
    try {
      const request = { method: 'POST', path, headers, body, signal } as const
      return assetOf(await askService(this.#address, request))
    } catch (thrown) {
      const { meta } = toAppError(thrown)
      if (meta.said === 'blob_not_found' || (meta.status === 404 && meta.said !== null)) return null
      throw thrown
    }
  }

  async #send(path: string, hash: string, name: string, signal: AbortSignal) {
    const type = TYPES[extname(name)] ?? 'application/octet-stream'
    const body = new FormData()
    body.set('content_type', type)
    body.set('file_path', name)
    body.set('expected_hash', hash)
    body.set('expires_in', String(KEPT_SECONDS))
    const file = await openAsBlob(path, { type })
    body.set('file', file, name)
    const timeoutMs = FIXED_MS + Math.ceil(file.size / SLOWEST_BYTES_PER_MS)
    const request = { method: 'POST', path: '/api/v2/assets', body, signal, timeoutMs } as const
    return assetOf(await askService(this.#address, request))
  }

  async #delete(name: string, signal: AbortSignal): Promise<string> {
    const id = this.#own.get(name)
    if (id === undefined) return ''
    const path = `/api/v2/assets/${encodeURIComponent(id)}`
    await askService(this.#address, { method: 'DELETE', path, signal }).catch((thrown: unknown) => {
      // Gone already, or a job still needs it: then its retention ends it.
      const { meta } = toAppError(thrown)
      if (meta.status !== 404 && meta.status !== 409) throw thrown
    })
    this.#own.delete(name)
    return ''
  }
}

/** 201 made a record for this request; 200 found one that others may use. */
function assetOf({ status, json }: Awaited<ReturnType<typeof askService>>) {
  if (typeof json.id === 'string') return { id: json.id, isNew: status === 201 }
  throw new AppError('engine_unreachable', 'The Comfy API took a file without saying its id.')
}

/** The graph as it is sent. */
export function withAssets(graph: Graph): unknown {
  return JSON.parse(JSON.stringify(graph), (_, value: unknown) => {
    const id = typeof value === 'string' ? REFERENCE.exec(value)?.[1] : undefined
    return id === undefined ? value : { __type: 'core/ASSET', info: { id } }
  })
}
