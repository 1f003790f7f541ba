// The node packs that a ComfyUI would load, by what is in its folder custom_nodes, and which of them is the one that is meant:
// people clone packs under other names, unpack archives of them, and switch them off by a new name.
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type GitCheckout, readGitCheckout } from './git-checkout.ts'

export interface InstalledPack {
  /** Its folder in custom_nodes. */
  readonly name: string
  readonly folder: string
  /** null when it came in another way than with git. */
  readonly checkout: GitCheckout | null
}

export interface WantedPack {
  readonly name: string
  /** The URL of its repository. */
  readonly url: string
}

/** The packs of an installation on this machine; none when there is no such folder. */
export async function listNodePacks(customNodes: string): Promise<readonly InstalledPack[]> {
  const names = await readdir(customNodes).catch(() => [])
  const packs: InstalledPack[] = []
  for (const name of names.filter(isLoaded).toSorted()) {
    const folder = join(customNodes, name)
    const isFolder = await stat(folder).then(
      (info) => info.isDirectory(),
      () => false,
    )
    if (isFolder) packs.push({ name, folder, checkout: await readGitCheckout(folder) })
  }
  return packs
}

/** ComfyUI passes over a folder that ends so; ComfyUI-Manager moves what is switched off to `.disabled`. */
function isLoaded(name: string): boolean {
  return !name.startsWith('.') && name !== '__pycache__' && !/\.disabled$/i.test(name)
}

/** By its name, else by where it was cloned from; null when none is it. */
export function findNodePack(
  installed: readonly InstalledPack[],
  { name, url }: WantedPack,
): InstalledPack | null {
  const byName = installed.find((pack) => plainName(pack.name) === plainName(name))
  if (byName !== undefined) return byName
  const repository = repositoryOf(url)
  const isClone = ({ checkout }: InstalledPack) =>
    checkout?.remotes.some((remote) => repositoryOf(remote) === repository) === true
  return installed.find(isClone) ?? null
}

/** An archive of a branch unpacks to a folder with its name at the end. */
function plainName(name: string): string {
  return name.toLowerCase().replace(/-(main|master)$/, '')
}

/** `owner/name`, however it is reached: `https://host/Owner/Name.git`, `git@host:owner/name`. */
function repositoryOf(url: string): string {
  const path = url.toLowerCase().replace(/(\.git)?\/*$/, '')
  return path.split(/[/:]/).slice(-2).join('/')
}
