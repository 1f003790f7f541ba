// The files of the page in memory, plain and compressed, as built by packages/web/build.ts. They are looked up by name, so no
// path of a request reaches the disk.
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { extname } from 'node:path'

export const ENCODINGS = ['br', 'gzip'] as const
export type Encoding = (typeof ENCODINGS)[number]

export interface PageFile {
  readonly contentType: string
  /** ETag of the plain bytes, quoted. */
  readonly etag: string
  readonly bytes: Buffer
  /** Compressed bytes, if smaller. */
  readonly compressed: ReadonlyMap<Encoding, Buffer>
}

export interface PageFiles {
  readonly document: PageFile
  /** Files by name below `assets/`. */
  readonly assets: ReadonlyMap<string, PageFile>
}

/** Output folder of `npm run build:web`. */
export const PAGE_FOLDER: URL = new URL('../../packages/web/dist/', import.meta.url)

const SUFFIXES: Readonly<Record<Encoding, string>> = { br: '.br', gzip: '.gz' }

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.wav': 'audio/wav',
}

/** null when the page is not built. */
export async function readPageFiles(folder: URL = PAGE_FOLDER): Promise<PageFiles | null> {
  try {
    const document = await readPageFile(new URL('index.html', folder))
    const assetsFolder = new URL('assets/', folder)
    const names = (await readdir(assetsFolder)).filter((name) => extname(name) in CONTENT_TYPES)
    const assets = names.map(
      async (name) => [name, await readPageFile(new URL(name, assetsFolder))] as const,
    )
    return { document, assets: new Map(await Promise.all(assets)) }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

async function readPageFile(url: URL): Promise<PageFile> {
  const bytes = await readFile(url)
  const compressed = new Map<Encoding, Buffer>()
  for (const encoding of ENCODINGS) {
    const smaller = await readIfThere(new URL(`${url.href}${SUFFIXES[encoding]}`))
    if (smaller !== null) compressed.set(encoding, smaller)
  }
  return {
    contentType: CONTENT_TYPES[extname(url.pathname)] ?? 'application/octet-stream',
    etag: `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`,
    bytes,
    compressed,
  }
}

async function readIfThere(url: URL): Promise<Buffer | null> {
  try {
    return await readFile(url)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

/** The best encoding that the caller accepts; null: none. */
export function chooseEncoding(acceptEncoding: string | undefined): Encoding | null {
  const accepted = new Map<string, number>()
  for (const item of (acceptEncoding ?? '').toLowerCase().split(',')) {
    const [name = '', ...parameters] = item.split(';').map((part) => part.trim())
    const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2)
    accepted.set(name, weight === undefined ? 1 : Number(weight))
  }
  const takes = (name: string): boolean => (accepted.get(name) ?? accepted.get('*') ?? 0) > 0
  return ENCODINGS.find(takes) ?? null
}
