// The shipped list of models, merged with a user's own: an entry of the same name replaces ours, others are added. It is checked
// once here and trusted afterwards.
import { readFile } from 'node:fs/promises'
import { type ModelEntry, type ModelManifest, parseModelManifest } from '@infinitetalk/contract'
import { AppError } from '../domain/errors.ts'

export interface ModelCatalogue {
  /** The purpose of each set, by name. */
  readonly sets: Readonly<Record<string, string>>
  readonly models: readonly ModelEntry[]
}

const SHIPPED_MANIFEST = new URL('../../models/manifest.json', import.meta.url)

/**
 * @param ownPath the user's manifest; null for none
 * @throws AppError `manifest_invalid`, `path_not_found`
 */
export async function loadCatalogue(ownPath: string | null): Promise<ModelCatalogue> {
  const shipped = await readManifest(SHIPPED_MANIFEST, 'The shipped manifest')
  const own = ownPath === null ? null : await readManifest(ownPath, `The manifest "${ownPath}"`)
  const manifests = own === null ? [shipped] : [shipped, own]
  const models = new Map(manifests.flatMap((one) => one.models.map((model) => [model.name, model])))
  const catalogue = {
    sets: Object.assign({}, ...manifests.map(({ sets }) => sets)) as Record<string, string>,
    models: [...models.values()],
  }
  refuseCollisions(catalogue.models)
  return catalogue
}

/** The path of a model below the models folder: also its key in models.lock.json. */
export function modelKey({ folder, file }: ModelEntry): string {
  return `${folder}/${file}`
}

async function readManifest(path: string | URL, what: string): Promise<ModelManifest> {
  const result = parseModelManifest(parseJson(await readText(path, what), what))
  if (result.ok) return refuseDoubles(result.manifest, what)
  const [first = '', ...others] = result.problems
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`
  throw new AppError('manifest_invalid', `${what} is not valid: ${first}${more}.`, {
    meta: { problems: result.problems },
  })
}

async function readText(path: string | URL, what: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    throw new AppError('path_not_found', `${what} cannot be read.`, { cause })
  }
}

function parseJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new AppError('manifest_invalid', `${what} is not valid JSON.`, { cause })
  }
}

function refuseDoubles(manifest: ModelManifest, what: string): ModelManifest {
  const names = manifest.models.map(({ name }) => name)
  const double = names.find((name, index) => names.indexOf(name) !== index)
  if (double === undefined) return manifest
  throw new AppError('manifest_invalid', `${what} has two models named "${double}".`)
}

/** Two entries for one file would overwrite each other for ever. Case is ignored, as some disks ignore it. */
function refuseCollisions(models: readonly ModelEntry[]): void {
  const seen = new Map<string, string>()
  for (const model of models) {
    const key = modelKey(model).toLowerCase()
    const other = seen.get(key)
    if (other !== undefined) {
      const detail = `The models "${other}" and "${model.name}" are both ${modelKey(model)}.`
      throw new AppError('manifest_invalid', detail)
    }
    seen.set(key, model.name)
  }
}
