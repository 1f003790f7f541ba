// What Beam needs to build our image from this checkout: exactly the files that the Dockerfile copies, as a zip whose bytes depend
// on nothing but their content, so that the same checkout has the same hash on every machine and is sent once.
import { createHash } from 'node:crypto'
import { lstat, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
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
/** A checkout has a few MB; more is something that should not be sent. */
const MAX_BYTES = 256 * 1024 * 1024

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
  const paths = await listFiles(root, copiedPaths(dockerfile), isIgnored)
  const zip = new ZipFile()
  // A zip means local time, so that this is the same bytes in every time zone.
  const mtime = new Date(2000, 0, 1)
  const chunks: Buffer[] = []
  zip.outputStream.on('data', (chunk: Buffer) => chunks.push(chunk))
  const ended = new Promise<void>((done, fail) => {
    zip.outputStream.on('end', done)
    zip.on('error', fail)
  })
  let total = 0
  for (const { path, isProgram } of paths) {
    signal.throwIfAborted()
    const content = await readFile(join(root, path))
    total += content.length
    if (total > MAX_BYTES) {
      const detail = `The files that the Dockerfile copies have more than ${MAX_BYTES} bytes.`
      throw new AppError('input_too_large', detail)
    }
    zip.addBuffer(content, path, {
      mtime,
      forceDosTimestamp: true,
      mode: isProgram ? 0o100755 : 0o100644,
      // What zlib makes of the same bytes changes with its version.
      compress: false,
    })
  }
  zip.end()
  await ended
  const bytes = Uint8Array.from(Buffer.concat(chunks))
  return {
    // What the file builds by default is its last stage.
    dockerfile: `${dockerfile.trimEnd()}\n\nFROM ${stage}\n`,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    bytes,
    files: paths.length,
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
  readonly isProgram: boolean
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
    if (entry.isDirectory()) {
      // A file below may be brought back, but not below what is never wanted: those are huge.
      if (path.endsWith('/node_modules')) return
      for (const name of await readdir(join(root, path))) await visit(`${path}/${name}`)
    } else if (entry.isFile() && !isIgnored(path)) {
      found.set(path, { path, isProgram: (entry.mode & 0o111) !== 0 })
    }
  }
  for (const path of wanted) await visit(path)
  return [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1))
}
