// Makes the models visible to a ComfyUI: with a file that names the folder, or with one symbolic link per model. It removes and
// replaces nothing: a real file, somebody else's link and a dangling link all stay and are reported.
import { lstat, mkdir, readFile, readlink, symlink, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { ModelEntry } from '@infinitetalk/contract'
import type { LinkRequest, LinkResult } from '../app/ports/models.ts'
import { AppError } from '../domain/errors.ts'
import { inspectModel } from './inspect-model.ts'
import type { LockFile } from './lock-file.ts'
import { lookAt } from './model-volume.ts'

export interface LinkPorts {
  readonly volume: string
  readonly lock: LockFile
}

const OUR_MARK = '# Written by "infinitetalk models link".'
/** ComfyUI reads it by itself when it is beside its main.py. */
const AUTOMATIC_NAME = 'extra_model_paths.yaml'
const OWN_NAME = 'infinitetalk_model_paths.yaml'

/** @throws AppError `path_not_found` */
export async function linkModels(
  models: readonly ModelEntry[],
  { comfyuiFolder, how }: LinkRequest,
  ports: LinkPorts,
): Promise<LinkResult> {
  const isComfyui = await lookAt(join(comfyuiFolder, 'main.py'))
  if (isComfyui.kind !== 'file') {
    throw new AppError(
      'path_not_found',
      `"${comfyuiFolder}" is not a ComfyUI folder: it has no main.py.`,
    )
  }
  return how === 'yaml'
    ? writeYaml(models, comfyuiFolder, ports.volume)
    : makeLinks(models, comfyuiFolder, ports)
}

async function writeYaml(
  models: readonly ModelEntry[],
  comfyuiFolder: string,
  volume: string,
): Promise<LinkResult> {
  const automaticPath = join(comfyuiFolder, AUTOMATIC_NAME)
  const automatic = await isFreeOrOurs(automaticPath)
  const yamlPath = automatic ? automaticPath : join(comfyuiFolder, OWN_NAME)
  if (!automatic && !(await isFreeOrOurs(yamlPath))) {
    throw new AppError('model_in_the_way', `"${yamlPath}" was written by someone else.`)
  }
  await writeFile(yamlPath, extraModelPaths(models, volume))
  return { yamlPath, automatic, links: [] }
}

async function isFreeOrOurs(path: string): Promise<boolean> {
  const occupant = await lookAt(path)
  if (occupant.kind === 'nothing') return true
  if (occupant.kind === 'other' || occupant.linked) return false
  return (await readFile(path, 'utf8')).startsWith(OUR_MARK)
}

/** `extra_model_paths.yaml`: every folder of the manifest under its own name. */
export function extraModelPaths(models: readonly ModelEntry[], volume: string): string {
  const folders = [
    ...new Set(models.map(({ folder }) => folder.split('/')[0] ?? folder)),
  ].toSorted()
  return [
    OUR_MARK,
    'infinitetalk:',
    // JSON strings are YAML strings, whatever characters the path has.
    `  base_path: ${JSON.stringify(volume)}`,
    ...folders.map((folder) => `  ${folder}: ${folder}`),
    '',
  ].join('\n')
}

async function makeLinks(
  models: readonly ModelEntry[],
  comfyuiFolder: string,
  { volume, lock }: LinkPorts,
): Promise<LinkResult> {
  const links: LinkResult['links'][number][] = []
  for (const model of models) {
    const { state, path: target } = await inspectModel(model, volume, lock)
    const path = join(comfyuiFolder, 'models', model.folder, model.file)
    if (state !== 'present' && state !== 'unverified') {
      const there = await lstat(path).catch(() => null)
      const leadsNowhere = there?.isSymbolicLink() && (await lookAt(path)).kind === 'other'
      if (leadsNowhere) links.push({ path, outcome: 'dangling' })
      continue
    }
    links.push({ path, outcome: await makeLink(path, target) })
  }
  return { yamlPath: null, automatic: true, links }
}

async function makeLink(
  path: string,
  target: string,
): Promise<LinkResult['links'][number]['outcome']> {
  await mkdir(dirname(path), { recursive: true })
  try {
    await symlink(target, path)
    return 'made'
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  const occupant = await lookAt(path)
  const leadsTo = await readlink(path).catch(() => null)
  if (leadsTo === null) return 'kept'
  if (occupant.kind === 'other') return 'dangling'
  return resolve(dirname(path), leadsTo) === target ? 'there' : 'kept'
}
