// The steps that a deployment and a preload share: secrets, volume, build context, image, configuration. What is there is used.
import type { DeployRequest } from '../app/ports/deployment.ts'
import { call, type Gateway, textIn } from './gateway.ts'
import { buildImage, findImage, recipeOf } from './image.ts'
import { createObject } from './object.ts'
import { listSecrets, storeSecret } from './secret.ts'
import { stubRequest } from './stub-request.ts'
import { credentialsOf, type Site, type Survey } from './survey.ts'
import { createVolume } from './volume.ts'

/** @returns the id of the stub */
export async function carryOut(
  gateway: Gateway,
  site: Site,
  { spec, watcher, signal }: DeployRequest,
  found: Survey,
): Promise<string> {
  const secrets = await storeSecrets(gateway, site, { spec, watcher, signal }, found)
  const volumeId = found.volumeId ?? (await createVolume(gateway, spec.volume, signal))
  const volumeState = found.volumeId === null ? 'made' : 'there'
  watcher.onStep(`volume ${spec.volume}: ${volumeState}, at ${spec.mountPath}`)
  const imageId = await makeImage(gateway, site, { spec, watcher, signal }, found)
  const body = stubRequest(spec, { imageId, volumeId, secrets })
  const what = `the configuration of "${spec.name}"`
  const path = '/api/v1/gateway/stubs'
  const json = await call(gateway, { method: 'POST', path, body, what, signal })
  const warning = json.warnMsg ?? json.warn_msg
  if (typeof warning === 'string' && warning !== '') watcher.onWarning(`Beam says: ${warning}`)
  return textIn(gateway, json, ['stubId', 'stub_id'], what)
}

async function storeSecrets(
  gateway: Gateway,
  { env }: Site,
  { spec, watcher, signal }: DeployRequest,
  { secrets, secretsToStore }: Survey,
): Promise<Survey['secrets']> {
  for (const name of secretsToStore) {
    const isThere = secrets.some((secret) => secret.name === name)
    await storeSecret(gateway, { name, value: env[name] ?? '', isThere }, signal)
    watcher.onStep(`secret ${name}: ${isThere ? 'has its new value' : 'made'}`)
  }
  if (secretsToStore.length === 0) return secrets
  const used = [...spec.secrets, ...spec.optionalSecrets]
  return (await listSecrets(gateway, signal)).filter(({ name }) => used.includes(name))
}

async function makeImage(
  gateway: Gateway,
  site: Site,
  { spec, watcher, signal }: DeployRequest,
  { context, objectId, imageId }: Survey,
): Promise<string> {
  if (imageId !== null) {
    watcher.onStep(`image ${imageId}: there`)
    return imageId
  }
  let contextId = objectId ?? ''
  if (context !== null && objectId === null) {
    contextId = await createObject(gateway, context, signal)
    const kilobytes = Math.ceil(context.bytes.byteLength / 1000)
    watcher.onStep(`build context: ${context.files} files, ${kilobytes} kB, sent`)
  }
  const recipe = recipeOf(spec.image, context?.dockerfile ?? '', contextId)
  // A context that was just sent may make an image that is there: of the same content, sent by somebody else.
  const there = await findImage(gateway, recipe, signal)
  if (there.exists) {
    watcher.onStep(`image ${there.id}: there`)
    return there.id
  }
  watcher.onStart('image: is being built')
  const credentials = credentialsOf(spec.image, site)
  const times = site.buildTimes
  const id = await buildImage(gateway, { recipe, credentials, watcher, signal, times })
  watcher.onStep(`image ${id}: built`)
  return id
}
