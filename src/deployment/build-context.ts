// What Beam needs to build our image from this checkout: exactly the files that the Dockerfile copies, as a zip whose bytes depend
// on nothing but their content, so that the same checkout has the same hash on every machine and is sent once.
import { createHash } from 'node:crypto'
import { lstat, readdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { ZipFile } from 'yazl'
import { AppError } from '../domain/errors.ts'
import { readDockerignore } from './read-dockerignore.ts'

export interface BuildContext {
  /** As it is sent: with the stage that is wanted as its last. */
  readonly dockerfile: string
  readonly sha256: string
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly files: number
}

const DOCKERFILE = 'deploy/docker/Dockerfile'
/** A checkout has a few MB; more is something that should not be sent, such as models. All of it is held in memory. */
const MAX_BYTES = 64 * 1024 * 1024
/** Whatever .dockerignore says, and where there is none: keys, and what is huge and made anew by the build. */
const NEVER_SENT = /^(\.env(\..*)?|\.git|node_modules)$/

/** @param root the folder of this program. @throws AppError `path_not_found`, `input_too_large` */
export async function buildContext(
  root: string,
  stage: 'gpu' | 'hub',
  signal: AbortSignal,
): Promise<BuildContext> {
  const dockerfile = await readFile(join(root, DOCKERFILE), 'utf8').catch((cause: unknown) => {
    const detail = `There is no ${DOCKERFILE} in ${root} to build an image of: name one with --image.`
    throw new AppError('path_not_found', detail, { cause })
  })
  const ignore = await readFile(join(root, '.dockerignore'), 'utf8').catch(() => '')
  const isIgnored = readDockerignore(ignore)
  const files = await listFiles(root, copiedPaths(dockerfile), isIgnored)
  checkSize(files)
  const zip = new ZipFile()
  // A zip means local time, so that this is the same bytes in every time zone.
  const mtime = new Date(2000, 0, 1)
  const chunks: Buffer[] = []
  zip.outputStream.on('data', (chunk: Buffer) => chunks.push(chunk))
  const ended = new Promise<void>((done, fail) => {
    zip.outputStream.on('end', done)
    zip.on('error', fail)
  })
  for (const { path, isProgram } of files) {
    signal.throwIfAborted()
    zip.addBuffer(await readFile(join(root, path)), path, {
      mtime,
      forceDosTimestamp: true,
      mode: isProgram ? 0o100755 : 0o100644,
      // What zlib makes of the same bytes changes with its version.
      compress: false,
    })
  }
  zip.end()
  await ended
  const bytes = Buffer.concat(chunks)
  return {
    // What the file builds by default is its last stage.
    dockerfile: `${dockerfile.trimEnd()}\n\nFROM ${stage}\n`,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    bytes,
    files: files.length,
  }
}

/** What COPY and ADD take from the context, not from another stage. */
export function copiedPaths(dockerfile: string): readonly string[] {
  const lines = dockerfile.replace(/\\\r?\n/g, ' ').split('\n')
  const sources = lines.flatMap((line) => {
    const words = /^\s*(?:COPY|ADD)\s+(.*)$/i.exec(line)?.[1]?.trim().split(/\s+/) ?? []
    if (words.some((word) => word.startsWith('--from='))) return []
    return words.filter((word) => !word.startsWith('--')).slice(0, -1)
  })
  return [...new Set(sources.map((path) => path.replace(/^\.?\/+|\/+$/g, '')))]
}

interface ContextFile {
  readonly path: string
  readonly bytes: number
  readonly isProgram: boolean
}

/** Before any is read. */
function checkSize(files: readonly ContextFile[]): void {
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0)
  if (total <= MAX_BYTES) return
  const largest = files.reduce((one, other) => (other.bytes > one.bytes ? other : one))
  const inMb = (bytes: number): string => `${Math.ceil(bytes / 1_000_000)} MB`
  const detail = `The files that the Dockerfile copies have ${inMb(total)}, and at most ${inMb(MAX_BYTES)} are sent; the largest is ${largest.path} (${inMb(largest.bytes)}).`
  throw new AppError('input_too_large', detail)
}

/** Sorted by their names' bytes. Links are left out: what they lead to may lie anywhere. */
async function listFiles(
  root: string,
  wanted: readonly string[],
  isIgnored: (path: string) => boolean,
): Promise<readonly ContextFile[]> {
  const found = new Map<string, ContextFile>()
  const visit = async (path: string): Promise<void> => {
    const entry = await lstat(join(root, path)).catch((cause: unknown) => {
      const detail = `The Dockerfile copies ${path}, which is not in ${root}.`
      throw new AppError('path_not_found', detail, { cause })
    })
    if (NEVER_SENT.test(basename(path))) return
    if (entry.isDirectory()) {
      // Also of one that is ignored: a file below may be brought back.
      for (const name of await readdir(join(root, path))) await visit(`${path}/${name}`)
    } else if (entry.isFile() && !isIgnored(path)) {
      found.set(path, { path, bytes: entry.size, isProgram: (entry.mode & 0o111) !== 0 })
    }
  }
  for (const path of wanted) await visit(path)
  return [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1))
}
