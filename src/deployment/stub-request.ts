// A deployment in Beam's own words, a "stub": pure, so that what a dry run prints is what is sent. Its name carries a digest of all
// the rest: by it a later run sees, in any list of deployments, whether what is there is what it would make.
import { createHash } from 'node:crypto'
import type { DeploymentKind, DeploymentSpec } from '../domain/deployment-spec.ts'
import type { Json } from './gateway.ts'
import type { FoundSecret } from './secret.ts'

/** What is known only after it was made. */
export interface StubParts {
  readonly imageId: string
  readonly volumeId: string
  readonly secrets: readonly FoundSecret[]
}

/** The program that Beam starts as if it were a Python: see docs/decisions/013. */
const RUNNER = '/opt/infinitetalk/bin/beam-runner'
const APP = 'infinitetalk'
const DIGEST_CHARS = 12

const STUB_TYPES: Readonly<Record<DeploymentKind, string>> = {
  endpoint: 'endpoint/deployment',
  queue: 'taskqueue/deployment',
  preload: 'pod/run',
}

export function stubType(kind: DeploymentKind): string {
  return STUB_TYPES[kind]
}

export function stubRequest(spec: DeploymentSpec, parts: StubParts): Json {
  // The order of the options, or of a list of Beam's, is no difference.
  const secrets = parts.secrets.toSorted(byName)
  const isRunner = spec.kind !== 'preload'
  const unnamed = {
    // The program is in the image: there is no code to sync.
    object_id: '',
    image_id: parts.imageId,
    stub_type: stubType(spec.kind),
    app_name: APP,
    python_version: isRunner ? RUNNER : 'python3',
    handler: isRunner ? `${APP}:${spec.kind}` : '',
    on_start: '',
    callback_url: spec.callbackUrl,
    cpu: Math.round(spec.cpuCores * 1000),
    memory: spec.memoryMib,
    gpu: spec.gpu,
    gpu_count: spec.gpuCount,
    keep_warm_seconds: spec.keepWarmSeconds,
    // One render at a time: a GPU has no room for two.
    workers: 1,
    concurrent_requests: 1,
    max_pending_tasks: spec.maxPendingTasks,
    volumes: [{ id: parts.volumeId, mount_path: spec.mountPath }],
    secrets: secrets.map(({ name }) => ({ name })),
    env: environmentOf(spec),
    // The same name and content is the same stub: a request whose answer was lost is repeated without harm.
    force_create: false,
    // Never public: without it everybody on the internet could render, and pays nothing for it.
    authorized: true,
    autoscaler: {
      type: 'queue_depth',
      max_containers: spec.maxContainers,
      tasks_per_container: 1,
      min_containers: 0,
    },
    task_policy: {
      timeout: spec.timeoutSeconds,
      max_retries: spec.retries,
      ttl: spec.ttlSeconds,
    },
    checkpoint_enabled: false,
    entrypoint: spec.command,
    ports: [],
    tcp: false,
    block_network: false,
  }
  return { name: stubName(spec, digestOf(unnamed, secrets)), ...unnamed }
}

/** As Beam's own tools name stubs, and behind it the digest. */
function stubName({ kind, name }: DeploymentSpec, digest: string): string {
  return `${stubType(kind)}/${name}#${digest}`
}

/** @returns the digest in a stub's name, or null when it is of somebody else's */
export function digestIn(name: string): string | null {
  return new RegExp(`#([0-9a-f]{${DIGEST_CHARS}})$`).exec(name)?.[1] ?? null
}

/** The values of secrets are copied when a deployment is made: one that has changed since asks for another. */
function digestOf(unnamed: Json, secrets: readonly FoundSecret[]): string {
  const all = JSON.stringify([unnamed, secrets.map(({ changedAt }) => changedAt)])
  return createHash('sha256').update(all).digest('hex').slice(0, DIGEST_CHARS)
}

function environmentOf({ env, kind, mountPath }: DeploymentSpec): readonly string[] {
  const ours = {
    // Within a container of Beam only the runner talks to the hub.
    ...(kind === 'preload' ? {} : { INFINITETALK_HOST: '127.0.0.1' }),
    INFINITETALK_MODELS_DIR: mountPath,
  }
  return Object.entries({ ...ours, ...env })
    .map(([name, value]) => ({ name, value }))
    .sort(byName)
    .map(({ name, value }) => `${name}=${value}`)
}

const byName = (one: { name: string }, other: { name: string }): number =>
  one.name < other.name ? -1 : 1

export function deployRequest(stubId: string, { name }: DeploymentSpec): Json {
  return { stub_id: stubId, name }
}
