// What of a deployment is at Beam already. Every question here changes nothing, so a dry run asks them too.
import type { DeploymentSpec, ImageSource } from '../domain/deployment-spec.ts'
import { AppError } from '../domain/errors.ts'
import { type BuildContext, buildContext } from './build-context.ts'
import type { Gateway, Json } from './gateway.ts'
import { type BuildTimes, findImage, recipeOf } from './image.ts'
import { findObject } from './object.ts'
import { type FoundSecret, listSecrets, secretMissing } from './secret.ts'
import { listVersions, type Version } from './versions.ts'
import { findVolume } from './volume.ts'

/** What is on this side. */
export interface Site {
  /** The folder of this program, with its Dockerfile. */
  readonly root: string
  /** Where the values of secrets and credentials come from. */
  readonly env: Readonly<Record<string, string | undefined>>
  readonly buildTimes: BuildTimes
}

export interface Survey {
  /** null when the image comes from a registry. */
  readonly context: BuildContext | null
  /** Each null when it is not there, or nobody could be asked. */
  readonly objectId: string | null
  readonly imageId: string | null
  readonly volumeId: string | null
  /** Those that the deployment uses and that are there. */
  readonly secrets: readonly FoundSecret[]
  /** Those that are to be made, or to get another value. */
  readonly secretsToStore: readonly string[]
  /** Active ones, newest first. */
  readonly versions: readonly Version[]
}

/** @throws AppError `deployment_refused` for what can be known to fail before anything is made */
export async function survey(
  gateway: Gateway,
  site: Site,
  spec: DeploymentSpec,
  signal: AbortSignal,
): Promise<Survey> {
  // What fails most easily comes first: a build may take half an hour.
  credentialsOf(spec.image, site)
  const secrets = await surveySecrets(gateway, site, spec, signal)
  const versions = spec.kind === 'preload' ? [] : await listVersions(gateway, spec, signal)
  const volumeId = await findVolume(gateway, spec.volume, signal)
  const { image } = spec
  const context =
    image.from === 'checkout' ? await buildContext(site.root, image.stage, signal) : null
  const objectId = context === null ? null : await findObject(gateway, context.sha256, signal)
  const isKnown = image.from === 'registry' || objectId !== null
  const recipe = recipeOf(image, context?.dockerfile ?? '', objectId ?? '')
  const found = isKnown ? await findImage(gateway, recipe, signal) : null
  const imageId = found?.exists === true ? found.id : null
  return { context, objectId, imageId, volumeId, ...secrets, versions }
}

/** Without asking anybody. */
export async function surveyNothing(
  site: Site,
  { image, secrets }: DeploymentSpec,
  signal: AbortSignal,
): Promise<Survey> {
  return {
    context: image.from === 'checkout' ? await buildContext(site.root, image.stage, signal) : null,
    objectId: null,
    imageId: null,
    volumeId: null,
    secrets: [],
    secretsToStore: secrets.filter((name) => hasValue(site, name)),
    versions: [],
  }
}

const hasValue = ({ env }: Pick<Site, 'env'>, name: string): boolean => (env[name] ?? '') !== ''

async function surveySecrets(
  gateway: Gateway,
  site: Site,
  { secrets, optionalSecrets, updatesSecrets }: DeploymentSpec,
  signal: AbortSignal,
): Promise<Pick<Survey, 'secrets' | 'secretsToStore'>> {
  if (secrets.length === 0 && optionalSecrets.length === 0) {
    return { secrets: [], secretsToStore: [] }
  }
  const there = await listSecrets(gateway, signal)
  const isThere = (name: string): boolean => there.some((secret) => secret.name === name)
  const missing = secrets.filter((name) => !(isThere(name) || hasValue(site, name)))
  if (missing.length > 0) throw secretMissing(missing)
  const toStore = secrets.filter(
    (name) => hasValue(site, name) && (updatesSecrets || !isThere(name)),
  )
  const used = [...secrets, ...optionalSecrets]
  return {
    secrets: there.filter(({ name }) => used.includes(name)),
    secretsToStore: toStore,
  }
}

/** The variables that open a private registry, with their values. @throws AppError `usage` */
export function credentialsOf(image: ImageSource, site: Pick<Site, 'env'>): Json {
  if (image.from === 'checkout') return {}
  const { credentialNames: names } = image
  const missing = names.find((name) => !hasValue(site, name))
  if (missing !== undefined) {
    throw new AppError('usage', `The variable ${missing} of --registry-login is not set here.`)
  }
  return Object.fromEntries(names.map((name) => [name, site.env[name]]))
}
