// A deployment as the requests that it would take, in their order. A dry run prints them; a test holds that they are what is sent.
import type {
  DeploymentPlan,
  DeployOptions,
  PlannedRequest,
  PlannedState,
} from '../app/ports/deployment.ts'
import type { DeploymentSpec } from '../domain/deployment-spec.ts'
import type { Gateway, Json } from './gateway.ts'
import { buildRequest, recipeOf } from './image.ts'
import { createObjectRequest } from './object.ts'
import { secretRequest } from './secret.ts'
import { deployRequest, digestIn, stubRequest } from './stub-request.ts'
import { credentialsOf, type Site, type Survey, survey, surveyNothing } from './survey.ts'
import { stopPath, type Version } from './versions.ts'
import { volumeRequest } from './volume.ts'

const HIDDEN = '***'
const UNKNOWN_WORKSPACE = '<workspace id>'

/** @param gateway null: nobody can be asked */
export async function planDeployment(
  gateway: Gateway | null,
  site: Site,
  spec: DeploymentSpec,
  signal: AbortSignal,
  { stopsOld, force }: DeployOptions = { stopsOld: false, force: false },
): Promise<DeploymentPlan> {
  const found =
    gateway === null
      ? await surveyNothing(site, spec, signal)
      : await survey(gateway, site, spec, signal)
  const workspace = gateway === null ? UNKNOWN_WORKSPACE : await gateway.workspace.id(signal)
  const unchanged = force ? null : unchangedVersion(spec, found)
  const seen = gateway !== null
  const stopped = stopsOld ? versionsBefore(found, unchanged) : []
  const requests = [
    ...secretRequests(spec, found, seen, workspace),
    ...volumeRequests(spec, found, seen),
    ...imageRequests(spec, found, seen, site),
    ...lastRequests(spec, found, unchanged !== null ? 'present' : stateOf(false, seen || force)),
    ...stopped.map(stopRequest),
  ]
  return {
    spec,
    requests,
    unchangedVersion: unchanged,
    activeVersions: found.versions.map(({ version }) => version),
    stoppedVersions: stopped.map(({ version }) => version),
    wasAsked: seen,
  }
}

/** The newest active version, when it is what would be made. An older one that is would still not be the one that is called. */
export function unchangedVersion(spec: DeploymentSpec, found: Survey): number | null {
  const { imageId, volumeId, secrets, secretsToStore, versions } = found
  const [newest] = versions
  if (newest === undefined || imageId === null || volumeId === null) return null
  if (secretsToStore.length > 0) return null
  const { name } = stubRequest(spec, { imageId, volumeId, secrets })
  return newest.digest === digestIn(String(name)) ? newest.version : null
}

/** Those that are not what is asked for. */
export function versionsBefore(
  { versions }: Pick<Survey, 'versions'>,
  unchanged: number | null,
): readonly Version[] {
  return versions.filter(({ version }) => version !== unchanged)
}

const stateOf = (isThere: boolean, seen: boolean): PlannedState =>
  isThere ? 'present' : seen ? 'needed' : 'unknown'

function secretRequests(
  { updatesSecrets }: DeploymentSpec,
  { secretsToStore, secrets }: Survey,
  seen: boolean,
  workspace: string,
): readonly PlannedRequest[] {
  const group = `/secret/${workspace}`
  return secretsToStore.map((name) => {
    const isThere = updatesSecrets && secrets.some((secret) => secret.name === name)
    return {
      what: `secret ${name}`,
      state: isThere ? 'changed' : stateOf(false, seen),
      method: isThere ? 'PATCH' : 'POST',
      path: isThere ? `${group}/${encodeURIComponent(name)}` : group,
      body: secretRequest(name, HIDDEN),
    }
  })
}

function volumeRequests(
  { volume }: DeploymentSpec,
  { volumeId }: Survey,
  seen: boolean,
): readonly PlannedRequest[] {
  const state = stateOf(volumeId !== null, seen)
  const body = volumeRequest(volume)
  return [
    { what: `volume ${volume}`, state, method: 'POST', path: '/api/v1/gateway/volumes', body },
  ]
}

function imageRequests(
  { image }: DeploymentSpec,
  { context, objectId, imageId }: Survey,
  seen: boolean,
  site: Site,
): readonly PlannedRequest[] {
  const recipe = recipeOf(image, context?.dockerfile ?? '', objectId ?? '<build context id>')
  const credentials: Json = Object.fromEntries(
    Object.keys(credentialsOf(image, site)).map((name) => [name, HIDDEN]),
  )
  const upload: readonly PlannedRequest[] =
    context === null
      ? []
      : [
          {
            what: 'build context',
            state: stateOf(objectId !== null, seen),
            method: 'POST',
            path: '/api/v1/gateway/objects',
            body: createObjectRequest(context),
          },
        ]
  return [
    ...upload,
    {
      what: image.from === 'registry' ? `image ${image.uri}` : 'image of this program',
      state: stateOf(imageId !== null, seen),
      method: 'POST',
      path: '/api/v1/gateway/images/build',
      body: buildRequest(recipe, credentials),
    },
  ]
}

function lastRequests(
  spec: DeploymentSpec,
  { imageId, volumeId, secrets, secretsToStore }: Survey,
  state: PlannedState,
): readonly PlannedRequest[] {
  const made = secretsToStore
    .filter((name) => !secrets.some((secret) => secret.name === name))
    .map((name) => ({ name, changedAt: '' }))
  const isKnown = imageId !== null && volumeId !== null && secretsToStore.length === 0
  const body = stubRequest(spec, {
    imageId: imageId ?? '<image id>',
    volumeId: volumeId ?? '<volume id>',
    secrets: [...secrets, ...made],
  })
  const name = isKnown ? body.name : String(body.name).replace(/#.*/, '#<digest>')
  const stub: PlannedRequest = {
    what: 'configuration',
    // Of a preload nothing is listed that would tell.
    state: spec.kind === 'preload' ? 'unknown' : state,
    method: 'POST',
    path: '/api/v1/gateway/stubs',
    body: { ...body, name },
  }
  const run: PlannedRequest =
    spec.kind === 'preload'
      ? {
          what: 'task',
          state,
          method: 'POST',
          path: '/api/v1/gateway/pods',
          body: { stub_id: '<stub id>' },
        }
      : {
          what: 'deployment',
          state,
          method: 'POST',
          path: '/api/v1/gateway/stubs/deploy',
          body: deployRequest('<stub id>', spec),
        }
  return [stub, run]
}

function stopRequest(version: Version): PlannedRequest {
  const what = `version ${version.version}`
  return { what, state: 'stopped', method: 'POST', path: stopPath(version), body: {} }
}
