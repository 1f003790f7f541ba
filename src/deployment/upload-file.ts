// A file of any size onto a volume: in parts, a few at a time, each read from the disk as it is sent and tried again by itself.
// An upload that cannot be finished is given up at the store as well, so that no half of it is kept and paid for.
import { openAsBlob } from 'node:fs'
import { access, constants, stat } from 'node:fs/promises'
import { isRecord } from '@infinitetalk/contract'
import type { Uploaded, UploadRequest } from '../app/ports/deployment.ts'
import { AppError } from '../domain/errors.ts'
import { call, type Gateway, strangeAnswer, textIn } from './gateway.ts'
import { inParallel } from './in-parallel.ts'
import { type PutTimes, putSigned } from './signed-put.ts'
import { createVolume, sizeOnVolume } from './volume.ts'

export interface UploadOptions {
  /** Bytes of one part; stores want at least 5 MiB of all but the last, and no more than 10 000 of them. */
  readonly partBytes: number
  readonly times?: PutTimes
}

const MIB = 1024 * 1024
export const UPLOAD_OPTIONS: UploadOptions = { partBytes: 64 * MIB }
const PARALLEL_PARTS = 4
const MAX_PARTS = 10_000
const PATH = '/api/v1/gateway/volumes/multipart-upload'
const SIGN_PATH = '/api/v1/gateway/volumes/presigned-url'
/** Signing thousands of links takes the gateway a while; putting the parts together takes the store one. */
const SLOW_MS = 300_000
const ABORT_MS = 15_000
const LINK_SECONDS = 3600

interface Part {
  readonly number: number
  readonly start: number
  readonly end: number
  readonly url: string
}

/** @throws AppError `path_not_found`, `path_unreadable`, `input_empty`, `deployment_refused`, `deployment_failed` */
export async function uploadFile(
  gateway: Gateway,
  request: UploadRequest,
  { partBytes, times }: UploadOptions = UPLOAD_OPTIONS,
): Promise<Uploaded> {
  const { file, volume, target, force, watcher, signal } = request
  const bytes = await sizeOf(file)
  await createVolume(gateway, volume, signal)
  const there = force ? null : await sizeOnVolume(gateway, volume, target, signal)
  if (there === bytes) return { volume, target, bytes, wasPresent: true }
  const chunkBytes = Math.max(partBytes, Math.ceil(bytes / MAX_PARTS))
  const place = { volume_name: volume, volume_path: target }
  const what = `${target} on the volume "${volume}"`
  const begun = await call(gateway, {
    method: 'POST',
    path: PATH,
    body: { ...place, chunk_size: chunkBytes, file_size: bytes },
    what,
    signal,
    timeoutMs: SLOW_MS,
  })
  const uploadId = textIn(gateway, begun, ['uploadId', 'upload_id'], what)
  try {
    const parts = readParts(gateway, begun.fileUploadParts, bytes, what)
    const body = await openAsBlob(file)
    let done = 0
    const send = async ({ number, start, end, url }: Part, partSignal: AbortSignal) => {
      let isFirst = true
      const etag = await putSigned({
        async link(linkSignal) {
          if (isFirst) {
            isFirst = false
            return url
          }
          const params = { upload_id: uploadId, part_number: number, content_length: end - start }
          const signed = await call(gateway, {
            method: 'POST',
            path: SIGN_PATH,
            body: { ...place, expires: LINK_SECONDS, method: 'UploadPart', params },
            what,
            signal: linkSignal,
          })
          return textIn(gateway, signed, ['url'], what)
        },
        firstLinkAges: true,
        body: body.slice(start, end),
        what: `part ${number} of ${parts.length} of ${target}`,
        signal: partSignal,
        ...(times === undefined ? {} : { times }),
      })
      done += end - start
      watcher.onBytes(done, bytes)
      return { number, etag }
    }
    const completed = await inParallel(parts, PARALLEL_PARTS, send, signal)
    await call(gateway, {
      method: 'POST',
      path: `${PATH}/complete`,
      body: { ...place, upload_id: uploadId, completed_parts: completed },
      what,
      signal,
      timeoutMs: SLOW_MS,
    })
  } catch (thrown) {
    await giveUp(gateway, { ...place, upload_id: uploadId }, request)
    throw thrown
  }
  return { volume, target, bytes, wasPresent: false }
}

async function sizeOf(file: string): Promise<number> {
  const found = await stat(file).catch((cause: unknown) => {
    throw new AppError('path_not_found', `There is no file ${file}.`, { cause })
  })
  if (!found.isFile()) throw new AppError('path_unreadable', `${file} is not a file.`)
  if (found.size === 0) throw new AppError('input_empty', `${file} is empty.`)
  await access(file, constants.R_OK).catch((cause: unknown) => {
    throw new AppError('path_unreadable', `${file} cannot be read.`, { cause })
  })
  return found.size
}

/** The gateway says which bytes go where; that they are all of the file is for us to see. */
function readParts(gateway: Gateway, json: unknown, bytes: number, what: string): readonly Part[] {
  const parts = (Array.isArray(json) ? json : []).map((part) => {
    const { number, start, end, url } = isRecord(part) ? part : {}
    return { number: Number(number), start: Number(start ?? 0), end: Number(end), url: String(url) }
  })
  const isWhole = parts.every(({ start, end }, index) => {
    return start === (parts[index - 1]?.end ?? 0) && end > start
  })
  if (!isWhole || parts.at(-1)?.end !== bytes) throw strangeAnswer(gateway, what)
  return parts
}

/** Also when the caller has left: what is half there costs until somebody removes it. */
async function giveUp(
  gateway: Gateway,
  body: Readonly<Record<string, unknown>>,
  { target, watcher }: UploadRequest,
): Promise<void> {
  const signal = AbortSignal.timeout(ABORT_MS)
  const request = { method: 'POST', path: `${PATH}/abort`, body, signal } as const
  await call(gateway, { ...request, what: `the end of the upload of ${target}` }).catch(() =>
    watcher.onWarning(`The unfinished upload of ${target} may still lie in the object store.`),
  )
}
