// Which commit a folder is at, read from git's files: the container image has no git program, and git refuses to tell of a
// folder that belongs to another user. A fact that is not certain is null, never a guess. Nothing is written.
import { readFile, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'

export interface GitCheckout {
  /** In full; null before the first commit, and where refs are kept in another format (reftable). */
  readonly commit: string | null
  /** The URLs that it fetches from. */
  readonly remotes: readonly string[]
}

/** A SHA-1 or SHA-256 digest. */
const COMMIT = /^([0-9a-f]{40}|[0-9a-f]{64})$/
const BRANCH = /^ref: (refs\/\S+)$/
/** A packed-refs of ten thousand branches has one. */
const MAX_FILE_BYTES = 4 * 1024 * 1024

/** null when the folder itself is no checkout; the one that it lies in does not count. */
export async function readGitCheckout(folder: string): Promise<GitCheckout | null> {
  const own = await findGitFolder(folder)
  if (own === null) return null
  const head = await readSmall(join(own, 'HEAD'))
  if (head === null) return null
  // A worktree has a HEAD of its own; branches and remotes are its repository's.
  const shared = resolve(own, (await readSmall(join(own, 'commondir'))) ?? '.')
  const config = await readSmall(join(shared, 'config'))
  return { commit: await resolveHead(head, shared), remotes: parseRemotes(config ?? '') }
}

/** A submodule or a worktree has a file in its place, which names the folder. */
async function findGitFolder(folder: string): Promise<string | null> {
  const path = join(folder, '.git')
  const text = await readSmall(path)
  if (text === null) return path
  const named = /^gitdir: (.+)$/.exec(text)?.[1]
  return named === undefined ? null : resolve(folder, named)
}

async function resolveHead(head: string, shared: string): Promise<string | null> {
  if (COMMIT.test(head)) return head
  const branch = BRANCH.exec(head)?.[1]
  if (branch === undefined || branch.split('/').includes('..')) return null
  // A file of its own is newer than its line in packed-refs.
  const loose = await readSmall(join(shared, branch))
  const found = loose ?? findPacked((await readSmall(join(shared, 'packed-refs'))) ?? '', branch)
  return found !== null && COMMIT.test(found) ? found : null
}

/** Lines of `COMMIT REF`. */
function findPacked(text: string, branch: string): string | null {
  const line = text.split('\n').find((each) => each.trimEnd().endsWith(` ${branch}`))
  return line?.split(' ')[0] ?? null
}

function parseRemotes(config: string): readonly string[] {
  const urls: string[] = []
  let isRemote = false
  for (const line of config.split('\n')) {
    if (/^\s*\[/.test(line)) isRemote = /^\s*\[remote\s/i.test(line)
    const url = /^\s*url\s*=\s*"?([^"]*?)"?\s*$/i.exec(line)?.[1]
    if (isRemote && url !== undefined) urls.push(url)
  }
  return urls
}

/** Trimmed; null for what is not there, no file, or too large to be what it should be. */
async function readSmall(path: string): Promise<string | null> {
  try {
    const info = await stat(path)
    if (!info.isFile() || info.size > MAX_FILE_BYTES) return null
    return (await readFile(path, 'utf8')).trim()
  } catch {
    return null
  }
}
