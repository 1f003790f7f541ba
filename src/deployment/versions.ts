// The versions of a deployment at Beam: which are active, what the newest is made of, how one is stopped and called.
import { isRecord } from '@infinitetalk/contract'
import type { DeploymentSpec } from '../domain/deployment-spec.ts'
import { call, callForJson, type Gateway, strangeAnswer } from './gateway.ts'
import { digestIn, stubType } from './stub-request.ts'

export interface Version {
  readonly id: string
  readonly version: number
  readonly stubId: string
  /** null for one that another tool deployed. */
  readonly digest: string | null
}

const MAX_LISTED = 100

/** Active ones of this name and kind, newest first. */
export async function listVersions(
  gateway: Gateway,
  { name, kind }: Pick<DeploymentSpec, 'name' | 'kind'>,
  signal: AbortSignal,
): Promise<readonly Version[]> {
  const what = `the deployments "${name}"`
  const query = new URLSearchParams({ name, active: 'true', limit: String(MAX_LISTED) })
  const workspace = await gateway.workspace.id(signal)
  const path = `/api/v1/deployment/${workspace}?${query}`
  const json = await callForJson(gateway, { path, what, signal })
  // Pages and bare lists are both known; an empty list of Go is null.
  const list = isRecord(json) ? json.data : json
  if (list === null) return []
  if (!Array.isArray(list)) throw strangeAnswer(gateway, what)
  return list
    .filter((row) => isRecord(row) && row.name === name && row.active !== false)
    .filter((row) => row.stub_type === stubType(kind))
    .flatMap(readVersion)
    .sort((a, b) => b.version - a.version)
}

function readVersion(row: Readonly<Record<string, unknown>>): Version[] {
  const stub = isRecord(row.stub) ? row.stub : {}
  // An id is a number of the database in older gateways, and the outer id beside it.
  const idOf = (json: Readonly<Record<string, unknown>>): string =>
    String(json.external_id ?? json.id ?? '')
  const version = Number(row.version)
  if (idOf(row) === '' || !Number.isInteger(version)) return []
  const digest = typeof stub.name === 'string' ? digestIn(stub.name) : null
  return [{ id: idOf(row), version, stubId: idOf(stub), digest }]
}

export function stopPath({ id }: Pick<Version, 'id'>): string {
  return `/api/v1/gateway/deployments/${encodeURIComponent(id)}/stop`
}

export async function stopVersion(
  gateway: Gateway,
  version: Version,
  signal: AbortSignal,
): Promise<void> {
  const what = `to stop version ${version.version}`
  await call(gateway, { method: 'POST', path: stopPath(version), body: {}, what, signal })
}

/** Where a version is called; the address by its name when the gateway does not say. */
export async function urlOf(
  gateway: Gateway,
  { id, stubId }: Pick<Version, 'id' | 'stubId'>,
  spec: DeploymentSpec,
  signal: AbortSignal,
): Promise<string> {
  const path = `/api/v1/gateway/stubs/${encodeURIComponent(stubId)}/url?deployment_id=${encodeURIComponent(id)}`
  try {
    const { url } = await call(gateway, { path, what: 'its address', signal })
    if (typeof url === 'string' && url !== '') return url
  } catch {
    signal.throwIfAborted()
  }
  const [kind = ''] = stubType(spec.kind).split('/')
  return `${gateway.address.url}/${kind}/${spec.name}`
}
