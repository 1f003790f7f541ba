// An endpoint or a queue, deployed once: when the newest version is what would be made, nothing is. Older versions stay active, as
// their tasks may be running; they are stopped when that is asked for.
import type { Deployed, DeployOptions, DeployRequest } from '../app/ports/deployment.ts'
import { carryOut } from './carry-out.ts'
import { call, type Gateway, strangeAnswer, textIn } from './gateway.ts'
import { unchangedVersion, versionsBefore } from './plan.ts'
import { deployRequest } from './stub-request.ts'
import { type Site, survey } from './survey.ts'
import { stopVersion, urlOf, type Version } from './versions.ts'

export async function deploy(
  gateway: Gateway,
  site: Site,
  request: DeployRequest & DeployOptions,
): Promise<Deployed> {
  const { spec, signal, stopsOld, force } = request
  const found = await survey(gateway, site, spec, signal)
  const unchanged = force ? null : unchangedVersion(spec, found)
  const there = found.versions.find(({ version }) => version === unchanged)
  const made = there ?? (await deployAnew(gateway, site, request, found))
  const others = versionsBefore(found, unchanged)
  const stopped: Version[] = []
  for (const version of stopsOld ? others : []) {
    await stopVersion(gateway, version, signal)
    stopped.push(version)
  }
  return {
    name: spec.name,
    version: made.version,
    deploymentId: made.id,
    url: await urlOf(gateway, made, spec, signal),
    isNew: there === undefined,
    olderVersions: others.filter((one) => !stopped.includes(one)).map(({ version }) => version),
    stoppedVersions: stopped.map(({ version }) => version),
  }
}

async function deployAnew(
  gateway: Gateway,
  site: Site,
  request: DeployRequest,
  found: Parameters<typeof carryOut>[3],
): Promise<Pick<Version, 'id' | 'stubId' | 'version'>> {
  const { spec, signal } = request
  const stubId = await carryOut(gateway, site, request, found)
  const what = `the deployment "${spec.name}"`
  const path = '/api/v1/gateway/stubs/deploy'
  const body = deployRequest(stubId, spec)
  const json = await call(gateway, { method: 'POST', path, body, what, signal })
  const version = Number(json.version)
  if (!Number.isInteger(version) || version < 1) throw strangeAnswer(gateway, what)
  return { id: textIn(gateway, json, ['deploymentId', 'deployment_id'], what), stubId, version }
}
