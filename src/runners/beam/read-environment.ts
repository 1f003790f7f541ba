// What beta9 tells the process it starts in a container, read once. Its program name is where others have their Python: the words
// behind it are those of the Python runner, `-m beta9.runner.endpoint` or `-m beta9.runner.taskqueue`.
import { MAX_ENDPOINT_SECONDS } from '../../domain/deployment-spec.ts'
import { AppError } from '../../domain/errors.ts'

export type RunnerKind = 'endpoint' | 'taskqueue'

export interface RunnerEnvironment {
  readonly kind: RunnerKind
  /** Of this container; never shown. */
  readonly token: string
  readonly stubId: string
  readonly containerId: string
  readonly containerHostname: string
  /** The gateway's REST interface, without a slash at its end. */
  readonly gatewayUrl: string
  readonly grpc: { readonly target: string; readonly tls: boolean }
  /** Where an endpoint listens. */
  readonly bindPort: number
  /** What a task may take; null for no end. */
  readonly timeoutMs: number | null
  readonly keepWarmSeconds: number
  /** Who deployed us named it for all tasks; null for nobody. */
  readonly callbackUrl: string | null
}

type Variables = Readonly<Record<string, string | undefined>>

const DEFAULT_BIND_PORT = 8001
const TLS_PORT = 443

/** @throws AppError `config_invalid`, which names the variable */
export function readEnvironment(words: readonly string[], env: Variables): RunnerEnvironment {
  const kind = kindOf(words, env)
  const timeoutSeconds = number(env, 'TIMEOUT', 0)
  const restPort = number(env, 'BETA9_GATEWAY_PORT_HTTP')
  const restHost = required(env, 'BETA9_GATEWAY_HOST_HTTP')
  const grpcPort = number(env, 'BETA9_GATEWAY_PORT')
  const containerId = required(env, 'CONTAINER_ID')
  return {
    kind,
    token: required(env, 'BETA9_TOKEN'),
    stubId: required(env, 'STUB_ID'),
    containerId,
    containerHostname: env.CONTAINER_HOSTNAME ?? containerId,
    gatewayUrl: restPort === TLS_PORT ? `https://${restHost}` : `http://${restHost}:${restPort}`,
    grpc: {
      target: `${required(env, 'BETA9_GATEWAY_HOST')}:${grpcPort}`,
      // As the Python SDK decides it: 443, 1443 and the like.
      tls: String(grpcPort).endsWith(String(TLS_PORT)),
    },
    bindPort: number(env, 'BIND_PORT', DEFAULT_BIND_PORT),
    timeoutMs: timeoutSeconds > 0 ? timeoutSeconds * 1000 : null,
    keepWarmSeconds: number(env, 'KEEP_WARM_SECONDS', 0),
    callbackUrl:
      env.CALLBACK_URL === undefined || env.CALLBACK_URL === '' ? null : env.CALLBACK_URL,
  }
}

/** What a request to an endpoint may take, as the gateway counts: it clamps what was deployed. */
export function endpointTimeMs({ timeoutMs }: Pick<RunnerEnvironment, 'timeoutMs'>): number {
  return Math.min(timeoutMs ?? Number.POSITIVE_INFINITY, MAX_ENDPOINT_SECONDS * 1000)
}

function kindOf(words: readonly string[], { STUB_TYPE = '' }: Variables): RunnerKind {
  const module = words.at(words.indexOf('-m') + 1) ?? ''
  const [kind] = /(?<=^beta9\.runner\.)(endpoint|taskqueue)$/.exec(module) ?? []
  const named = kind ?? STUB_TYPE.split('/')[0]
  if (named === 'endpoint' || named === 'taskqueue') return named
  const detail =
    'This program is started by Beam, as `beam-runner -m beta9.runner.endpoint` or `... taskqueue`.'
  throw new AppError('config_invalid', detail)
}

function required(env: Variables, name: string): string {
  const value = env[name]
  if (value !== undefined && value !== '') return value
  throw new AppError('config_invalid', `${name} is not set: this program is started by Beam.`)
}

function number(env: Variables, name: string, fallback?: number): number {
  const text = env[name]
  if ((text === undefined || text === '') && fallback !== undefined) return fallback
  const value = Number(required(env, name))
  if (Number.isFinite(value)) return value
  throw new AppError('config_invalid', `${name} must be a number, and is "${text}".`)
}
