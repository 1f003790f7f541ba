// Builds the page into `dist/` and stores compressed copies beside the files, so that the hub compresses nothing while it serves.
// Each file appears whole or not at all, and the document last: a hub that reads meanwhile serves the old page or the new one.
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import { build, type Rolldown } from 'vite'

const FOLDER = import.meta.dirname
const DIST = join(FOLDER, 'dist')
/** The sources of the page, besides the locked packages. */
const SOURCES = [
  'index.html',
  'vite.config.ts',
  'build.ts',
  'src',
  '../../examples/portrait.png',
  '../../examples/speech.wav',
  '../arithmetic/src',
  '../client/src',
]

/** @returns the names of the files, without the compressed copies */
export async function buildPage(): Promise<readonly string[]> {
  const result = await build({
    configFile: join(FOLDER, 'vite.config.ts'),
    logLevel: 'warn',
    build: { write: false },
  })
  const { output } = result as Rolldown.RolldownOutput
  const files = output
    .map((file) => ({ name: file.fileName, bytes: bytesOf(file) }))
    // The document comes last because it names the others.
    .toSorted((a, b) => Number(a.name.endsWith('.html')) - Number(b.name.endsWith('.html')))
  await mkdir(join(DIST, 'assets'), { recursive: true })
  const written = new Set<string>()
  for (const { name, bytes } of files) {
    for (const [suffix, content] of await copiesOf(name, bytes)) {
      await writeWhole(`${name}${suffix}`, content)
      written.add(`${name}${suffix}`)
    }
  }
  for (const name of await readdir(join(DIST, 'assets'))) {
    if (!written.has(`assets/${name}`)) await rm(join(DIST, 'assets', name), { force: true })
  }
  return files.map(({ name }) => name)
}

/** Builds the page, unless nothing has changed since the last build. */
export async function buildPageIfStale(): Promise<void> {
  const builtMs = await modifiedMs(join(DIST, 'index.html'))
  for (const source of SOURCES) {
    if ((await newestMs(join(FOLDER, source))) >= builtMs) {
      await buildPage()
      return
    }
  }
}

function bytesOf(file: Rolldown.OutputAsset | Rolldown.OutputChunk): Buffer {
  return Buffer.from(file.type === 'chunk' ? file.code : file.source)
}

/** Pictures and sounds gain too little for the time that it takes. */
async function copiesOf(name: string, bytes: Buffer): Promise<ReadonlyMap<string, Buffer>> {
  return /\.(png|wav)$/.test(name) ? new Map([['', bytes]]) : withCompressed(bytes)
}

async function withCompressed(bytes: Buffer): Promise<ReadonlyMap<string, Buffer>> {
  const brotli = await promisify(brotliCompress)(bytes, {
    params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY },
  })
  const gzipped = await promisify(gzip)(bytes, { level: 9 })
  const all: readonly (readonly [string, Buffer])[] = [
    ['', bytes],
    ['.br', brotli],
    ['.gz', gzipped],
  ]
  return new Map(all.filter(([suffix, { length }]) => suffix === '' || length < bytes.length))
}

async function writeWhole(name: string, content: Buffer): Promise<void> {
  const path = join(DIST, name)
  const partial = join(DIST, `.${name.replaceAll('/', '-')}.${process.pid}.tmp`)
  await writeFile(partial, content)
  await rename(partial, path)
}

async function newestMs(path: string): Promise<number> {
  const facts = await stat(path)
  if (!facts.isDirectory()) return facts.mtimeMs
  const names = await readdir(path)
  const times = await Promise.all(names.map((name) => newestMs(join(path, name))))
  return Math.max(facts.mtimeMs, ...times)
}

async function modifiedMs(path: string): Promise<number> {
  try {
    return (await stat(path)).mtimeMs
  } catch {
    return 0
  }
}

if (process.argv[1] === import.meta.filename) await buildPage()
