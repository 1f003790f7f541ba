// What a deployment in a cloud is to be, what it is when nothing else is said, and what is refused before the service is asked.
import { AppError } from './errors.ts'

export type DeploymentKind = 'endpoint' | 'queue' | 'preload'

/** What the containers of one deployment are to be. */
export interface DeploymentSpec {
  readonly kind: DeploymentKind
  readonly name: string
  readonly cpuCores: number
  readonly memoryMib: number
  /** As the service names it; empty: none. */
  readonly gpu: string
  readonly gpuCount: number
  /** How long a container waits for more work; -1: until its program ends. */
  readonly keepWarmSeconds: number
  readonly timeoutSeconds: number
  readonly retries: number
  /** How long a task may wait for a container; 0: as the service has it. */
  readonly ttlSeconds: number
  readonly maxContainers: number
  readonly maxPendingTasks: number
  readonly volume: string
  readonly mountPath: string
  /** Must be there, or be made of the caller's own variables. */
  readonly secrets: readonly string[]
  /** Used when they are there. */
  readonly optionalSecrets: readonly string[]
  /** Whether secrets that are there get the values of the caller's variables. */
  readonly updatesSecrets: boolean
  readonly env: Readonly<Record<string, string>>
  readonly callbackUrl: string
  readonly image: ImageSource
  /** What a preload runs; empty for the others, which run what their protocol asks for. */
  readonly command: readonly string[]
}

export type ImageSource =
  | {
      readonly from: 'registry'
      readonly uri: string
      /** Variables of the caller that open a private registry. */
      readonly credentialNames: readonly string[]
    }
  /** Built by the service from this program's own Dockerfile, to this stage. */
  | { readonly from: 'checkout'; readonly stage: 'gpu' | 'hub' }

/** Beam's gateway ends a request to an endpoint after this time, whatever it was told. */
export const MAX_ENDPOINT_SECONDS = 600
/** More than this the service takes as this. */
export const MAX_RETRIES = 5
export const MAX_TTL_SECONDS = 86_400

const GIB = 1024

const COMMON = {
  gpu: 'RTX4090',
  gpuCount: 1,
  ttlSeconds: 0,
  maxContainers: 1,
  maxPendingTasks: 100,
  volume: 'infinitetalk-models',
  mountPath: '/models',
  secrets: [],
  optionalSecrets: [],
  updatesSecrets: false,
  env: {},
  callbackUrl: '',
  image: { from: 'checkout', stage: 'gpu' },
  command: [],
} as const

export const DEPLOYMENT_DEFAULTS: Readonly<Record<DeploymentKind, DeploymentSpec>> = {
  endpoint: {
    ...COMMON,
    kind: 'endpoint',
    name: 'infinitetalk',
    cpuCores: 1,
    memoryMib: 42 * GIB,
    keepWarmSeconds: 900,
    timeoutSeconds: MAX_ENDPOINT_SECONDS,
    retries: 0,
  },
  queue: {
    ...COMMON,
    kind: 'queue',
    name: 'infinitetalk-queue',
    cpuCores: 2,
    memoryMib: 48 * GIB,
    keepWarmSeconds: 60,
    timeoutSeconds: 3600,
    retries: 1,
  },
  preload: {
    ...COMMON,
    kind: 'preload',
    name: 'infinitetalk-preload',
    cpuCores: 2,
    memoryMib: 4 * GIB,
    gpu: '',
    gpuCount: 0,
    keepWarmSeconds: -1,
    timeoutSeconds: 3600,
    retries: 0,
    // Some models are given out only to who has agreed to their licence.
    optionalSecrets: ['HF_TOKEN'],
    image: { from: 'checkout', stage: 'hub' },
  },
}

/** @throws AppError `usage` */
export function checkDeployment(spec: DeploymentSpec): DeploymentSpec {
  const problem = firstProblem(spec)
  if (problem !== null) throw new AppError('usage', problem)
  return spec
}

function firstProblem(spec: DeploymentSpec): string | null {
  const { kind, timeoutSeconds, retries, ttlSeconds, mountPath, gpu, gpuCount, env } = spec
  if (kind === 'endpoint' && timeoutSeconds > MAX_ENDPOINT_SECONDS) {
    return `Beam ends requests to an endpoint after ${MAX_ENDPOINT_SECONDS} s, so --timeout ${timeoutSeconds} cannot be had there; longer videos: "beam deploy queue".`
  }
  if (kind === 'endpoint' && retries > 0) {
    return 'Beam retries no request to an endpoint, so --retries cannot be had there; "beam deploy queue" retries.'
  }
  if (retries > MAX_RETRIES) return `Beam retries a task at most ${MAX_RETRIES} times.`
  if (ttlSeconds > MAX_TTL_SECONDS) return `A task waits at most ${MAX_TTL_SECONDS} s at Beam.`
  if (!/^\/[^\s:]*[^\s:/]$/.test(mountPath)) {
    return `--mount needs an absolute path such as /models, and "${mountPath}" is none.`
  }
  if (gpu === '' && gpuCount > 0) return '--gpu-count needs a --gpu.'
  if (gpu !== '' && gpuCount === 0) return 'No GPU is "--gpu none"; --gpu-count is 1 at least.'
  const reserved = Object.keys(env).find((name) => RESERVED.test(name))
  if (reserved !== undefined) return `${reserved} is set by Beam itself in every container.`
  return null
}

/** The runner finds its gateway and its task by these. */
const RESERVED =
  /^(BETA9_.*|HANDLER|ON_START|STUB_ID|STUB_TYPE|WORKERS|KEEP_WARM_SECONDS|PYTHON_VERSION|CALLBACK_URL|TIMEOUT|BIND_PORT|CONTAINER_ID|CONTAINER_HOSTNAME|STORAGE_AVAILABLE)$/
