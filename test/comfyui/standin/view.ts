// GET and HEAD /view: a stored file, whole or in part, with the checks and statuses of the recorded servers.
import { createReadStream, statSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { extname, join } from 'node:path'
import { type Folders, isFolderType, isInside } from './input-files.ts'

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.mp4': 'video/mp4',
  '.webm': 'video/webm',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.webp': 'image/webp',
  '.wav': 'audio/x-wav',
  '.mp3': 'audio/mpeg',
}

interface ByteRange {
  readonly start: number
  readonly end: number
}

/** @param headers those that every answer of this server carries */
export function viewFile(
  request: IncomingMessage,
  response: ServerResponse,
  folders: Folders,
  headers: Readonly<Record<string, string>>,
): void {
  const found = locate(new URL(request.url ?? '/', 'http://localhost').searchParams, folders)
  const stat = found.file === null ? undefined : statSync(found.file, { throwIfNoEntry: false })
  if (found.file === null || !stat?.isFile()) {
    response.writeHead(found.file === null ? found.status : 404, {
      ...headers,
      'content-length': 0,
    })
    response.end()
    return
  }
  const etag = `"${Math.round(stat.mtimeMs * 1e6).toString(16)}-${stat.size.toString(16)}"`
  const about = {
    ...headers,
    'content-disposition': `filename="${encodeURI(found.name)}"`,
    'content-type': CONTENT_TYPES[extname(found.name).toLowerCase()] ?? 'application/octet-stream',
  }
  const validators = { etag, 'last-modified': stat.mtime.toUTCString() }
  if (isUnchanged(request, etag, stat.mtimeMs)) {
    response.writeHead(304, { ...about, ...validators }).end()
    return
  }
  const range = readRange(request.headers.range, stat.size)
  if (range === 'unsatisfiable') {
    response.writeHead(416, { ...about, 'content-range': `bytes */${stat.size}` }).end()
    return
  }
  const { start, end } = range ?? { start: 0, end: stat.size - 1 }
  const part = range === null ? {} : { 'content-range': `bytes ${start}-${end}/${stat.size}` }
  response.writeHead(range === null ? 200 : 206, {
    ...about,
    ...validators,
    ...part,
    'content-length': end - start + 1,
    'accept-ranges': 'bytes',
  })
  if (request.method === 'HEAD' || stat.size === 0) {
    response.end()
    return
  }
  const stream = createReadStream(found.file, { start, end })
  stream.on('error', () => response.destroy())
  response.on('close', () => stream.destroy())
  stream.pipe(response)
}

type Located =
  | { readonly file: string; readonly name: string }
  | { readonly file: null; readonly status: 400 | 403 | 404 }

function locate(query: URLSearchParams, folders: Folders): Located {
  const name = query.get('filename')
  if (name === null) return { file: null, status: 404 }
  if (name === '' || name.startsWith('/') || name.includes('..')) return { file: null, status: 400 }
  const type = query.get('type') ?? 'output'
  if (!isFolderType(type)) return { file: null, status: 400 }
  const folder = join(folders[type], query.get('subfolder') ?? '')
  if (!isInside(folders[type], folder)) return { file: null, status: 403 }
  return { file: join(folder, name), name }
}

function isUnchanged(request: IncomingMessage, etag: string, mtimeMs: number): boolean {
  const known = request.headers['if-none-match']
  if (known !== undefined) return known === etag
  const since = request.headers['if-modified-since']
  return since !== undefined && Math.trunc(mtimeMs / 1000) * 1000 <= Date.parse(since)
}

/** Null: the whole file. */
function readRange(header: string | undefined, size: number): ByteRange | 'unsatisfiable' | null {
  const [, from = '', to = ''] = header?.match(/^bytes=(\d*)-(\d*)$/) ?? []
  if (from === '' && to === '') return null
  const start = from === '' ? Math.max(0, size - Number(to)) : Number(from)
  const end = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1)
  return start >= size || start > end ? 'unsatisfiable' : { start, end }
}
