// POST /upload/image: stores any file under the client's name, with a number if a file with other bytes has that name.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, parse } from 'node:path'
import { type Folders, isFolderType, isInside } from './input-files.ts'
import type { FormPart } from './multipart.ts'

export interface UploadAnswer {
  readonly status: 200 | 400
  readonly json: { readonly name: string; readonly subfolder: string; readonly type: string } | null
}

const REFUSED: UploadAnswer = { status: 400, json: null }

/** @throws Error where the real server answers 500: a name that is a path, empty or too long */
export function storeUpload(parts: readonly FormPart[], folders: Folders): UploadAnswer {
  const image = parts.find((part) => part.name === 'image' && part.filename !== null)
  if (image?.filename == null) return REFUSED
  if (image.filename === '') throw new Error('Is a directory')
  const given = (name: string) => parts.find((part) => part.name === name)?.content.toString('utf8')
  const asked = given('type') ?? 'input'
  const type = isFolderType(asked) ? asked : 'input'
  const subfolder = given('subfolder') ?? ''
  const base = folders[type]
  const folder = join(base, subfolder)
  if (subfolder.startsWith('/') || !isInside(base, folder)) return REFUSED
  mkdirSync(folder, { recursive: true })
  const wanted = image.filename.startsWith('/') ? image.filename : join(folder, image.filename)
  if (!isInside(base, wanted)) {
    if (image.filename.startsWith('/')) throw new Error('No such file or directory')
    return REFUSED
  }
  if (!existsSync(dirname(wanted))) throw new Error('No such file or directory')
  const overwrite = ['true', '1'].includes(given('overwrite') ?? '')
  const name = overwrite ? image.filename : freeName(folder, image.filename, image.content)
  writeFileSync(join(folder, name), image.content)
  return { status: 200, json: { name, subfolder, type } }
}

/** The name itself if it is free or has the same bytes, otherwise "name (1)" and so on. */
function freeName(folder: string, filename: string, content: Buffer): string {
  const { name, ext } = parse(filename)
  let candidate = filename
  for (let index = 1; existsSync(join(folder, candidate)); index += 1) {
    if (readFileSync(join(folder, candidate)).equals(content)) return candidate
    candidate = `${name} (${index})${ext}`
  }
  return candidate
}
