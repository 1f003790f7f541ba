// A container as beta9 starts one: the program that its stub names as "Python", with the words, the environment and the working folder
// that it gets there, and its standard output read as Beam reads it.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { onTestFinished } from 'vitest'
import { ROOT } from '../../support/run-infinitetalk.ts'
import { createTestFolder } from '../../support/test-folder.ts'
import { CONTAINER_TOKEN, type LiveGateway, STUB, type StubKind } from './live-gateway.ts'

/** What a deployment told the gateway, as far as its containers see it. */
export interface Stub {
  readonly stub_type: string
  readonly python_version: string
  readonly handler: string
  readonly on_start: string
  readonly callback_url: string
  readonly workers: number
  readonly keep_warm_seconds: number
  readonly task_policy: { readonly timeout: number }
  readonly env: readonly string[]
  readonly volumes: readonly { readonly mount_path: string }[]
}

export interface LaunchOptions {
  readonly gateway: LiveGateway
  readonly stubId: string
  readonly stub: Stub
  /** Stands for the container's own disk; empty. */
  readonly folder: string
  readonly outputsFolder: string
  readonly bindPort?: number
  /** Of the image. */
  readonly imageEnv?: Readonly<Record<string, string>>
  /** Laid over all that; undefined takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>
}

export interface ContainerOptions
  extends Pick<LaunchOptions, 'gateway' | 'outputsFolder' | 'bindPort' | 'env'> {
  readonly kind: StubKind
}

export interface Container {
  readonly id: string
  /** Of what it logged, in order. */
  readonly lines: readonly string[]
  /** Returns once it has logged such a line, however long ago. */
  logged(pattern: RegExp): Promise<string>
  /** Returns its exit code once it is gone; null when a signal ended it. */
  end(signal: NodeJS.Signals): Promise<number | null>
  pause(): void
  resume(): void
}

const RUNNER = '/opt/infinitetalk/bin/beam-runner'
/** A request to an endpoint has no more, whatever was deployed. */
const ENDPOINT_SECONDS = 600
const DEFAULT_PORT = 8001

/** Of what a test needs no deployment for. Ends with the test. */
export async function startContainer({ kind, ...options }: ContainerOptions): Promise<Container> {
  const folder = await createTestFolder()
  const stub: Stub = {
    stub_type: `${kind}/deployment`,
    python_version: RUNNER,
    handler: `infinitetalk:${kind}`,
    on_start: '',
    callback_url: '',
    workers: 1,
    keep_warm_seconds: 60,
    task_policy: { timeout: 3600 },
    env: [`INFINITETALK_DATA_DIR=${folder.path('data')}`],
    volumes: [],
  }
  const container = await launchContainer({
    ...options,
    stub,
    stubId: STUB,
    folder: folder.path('.'),
  })
  onTestFinished(async () => {
    await container.end('SIGKILL')
  })
  return container
}

/** Its owner ends it. */
export async function launchContainer(options: LaunchOptions): Promise<Container> {
  const { gateway, stub, stubId, folder, outputsFolder, bindPort = DEFAULT_PORT } = options
  const code = join(folder, 'code')
  await mkdir(code, { recursive: true })
  const id = `container-${crypto.randomUUID()}`
  const outside = pathsOutside(options)
  const [kind = ''] = stub.stub_type.split('/')
  const { timeout } = stub.task_policy
  const own = stub.env.map((pair) => [
    pair.slice(0, pair.indexOf('=')),
    outside(pair.slice(pair.indexOf('=') + 1)),
  ])
  const image = Object.entries(options.imageEnv ?? {}).map(([name, value]) => [
    name,
    outside(value),
  ])
  const child = spawn(outside(stub.python_version), ['-m', `beta9.runner.${kind}`], {
    cwd: code,
    env: {
      ...Object.fromEntries(image),
      PATH: process.env.PATH,
      ...Object.fromEntries(own),
      BETA9_TOKEN: CONTAINER_TOKEN,
      HANDLER: stub.handler,
      ON_START: stub.on_start,
      STUB_ID: stubId,
      STUB_TYPE: stub.stub_type,
      WORKERS: String(stub.workers),
      KEEP_WARM_SECONDS: String(stub.keep_warm_seconds),
      PYTHON_VERSION: stub.python_version,
      CALLBACK_URL: stub.callback_url,
      BETA9_INPUTS: '',
      BETA9_OUTPUTS: '',
      TIMEOUT: String(kind === 'endpoint' ? Math.min(timeout, ENDPOINT_SECONDS) : timeout),
      BIND_PORT: String(bindPort),
      CONTAINER_ID: id,
      CONTAINER_HOSTNAME: '127.0.0.1:4000',
      BETA9_GATEWAY_HOST: '127.0.0.1',
      BETA9_GATEWAY_PORT: String(gateway.grpcPort),
      BETA9_GATEWAY_HOST_HTTP: '127.0.0.1',
      BETA9_GATEWAY_PORT_HTTP: String(gateway.port),
      STORAGE_AVAILABLE: 'true',
      PYTHONUNBUFFERED: '1',
      BEAM_OUTPUTS_DIR: outputsFolder,
      INFINITETALK_LIMIT_DISK_RESERVE_BYTES: '1MB',
      ...options.env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  return watch(child, id)
}

/** There is no root here to change: where a path within the image or on a volume is on this machine. */
function pathsOutside({ stub, folder }: LaunchOptions): (text: string) => string {
  const places: readonly (readonly [string, string])[] = [
    ['/opt/infinitetalk', ROOT],
    ['/data', join(folder, 'data')],
    ...stub.volumes.map(({ mount_path: path }) => [path, join(folder, 'volume')] as const),
  ]
  return (text) => {
    const found = places.find(([inside]) => text === inside || text.startsWith(`${inside}/`))
    return found === undefined ? text : `${found[1]}${text.slice(found[0].length)}`
  }
}

function watch(child: ChildProcess, id: string): Container {
  const lines: string[] = []
  const waiting = new Set<() => void>()
  const add = (line: string): void => {
    lines.push(line)
    for (const look of waiting) look()
  }
  createInterface({ input: child.stdout! }).on('line', (line) => {
    const { message } = JSON.parse(line) as { readonly message: string }
    add(message.trimEnd())
  })
  createInterface({ input: child.stderr! }).on('line', add)
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
    const gone = once(child, 'exit')
    child.kill('SIGCONT')
    child.kill(signal)
    await gone
    return child.exitCode
  }
  return {
    id,
    lines,
    logged: (pattern) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          waiting.delete(look)
          reject(new Error(`No line ${pattern} in:\n${lines.join('\n')}`))
        }, 40_000)
        const look = (): void => {
          const line = lines.find((said) => pattern.test(said))
          if (line === undefined) return
          clearTimeout(timer)
          waiting.delete(look)
          resolve(line)
        }
        waiting.add(look)
        look()
      }),
    end,
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
  }
}
