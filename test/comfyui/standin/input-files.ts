// The path of an input file: "name", "sub/name" or "name [input|output|temp]", below one of three folders. Since 0.28.0 the file
// must really be inside that folder, links followed; before that, an absolute path read any file of the machine.
import { existsSync, realpathSync } from 'node:fs'
import { join, resolve, sep } from 'node:path'

export type FolderType = 'input' | 'output' | 'temp'

export type Folders = Readonly<Record<FolderType, string>>

export function isFolderType(text: string): text is FolderType {
  return text === 'input' || text === 'output' || text === 'temp'
}

/** The file that a graph names, or null when it does not exist or may not be read. */
export function findInputFile(name: string, folders: Folders, confined: boolean): string | null {
  const { base, relative } = readAnnotation(name, folders)
  const file = relative.startsWith('/') ? relative : join(base, relative)
  if (!existsSync(file)) return null
  return confined && !isInside(realpathSync(base), realpathSync(file)) ? null : file
}

function readAnnotation(name: string, folders: Folders): { base: string; relative: string } {
  const [, relative, type] = name.match(/^(.*) \[(input|output|temp)\]$/s) ?? []
  if (relative === undefined || type === undefined || !isFolderType(type)) {
    return { base: folders.input, relative: name }
  }
  return { base: folders[type], relative }
}

export function isInside(folder: string, file: string): boolean {
  const [outer, inner] = [resolve(folder), resolve(file)]
  return inner === outer || inner.startsWith(outer + sep)
}
