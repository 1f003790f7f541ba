// A whole Beam at one address: what is deployed there can be called there, and is rendered by the program that its configuration names,
// in a container that is started with the first call and stays warm. Of the image there is only what its Dockerfile sets.
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { vi } from 'vitest'
import { freePort } from '../../comfyui/standin/free-port.ts'
import { readDockerfile, readVariables } from '../../deploy/dockerfile.ts'
import { DeploymentGateway } from '../../deployment/standin/deployment-gateway.ts'
import { type Container, launchContainer, type Stub } from '../../runners/standin/container.ts'
import { LiveGateway, type StubKind } from '../../runners/standin/live-gateway.ts'
import { ROOT } from '../../support/run-infinitetalk.ts'
import { CLIENT_TOKEN } from './workspace.ts'

/** As beta9 asks a container whether it is ready. */
const HEALTH_EVERY_MS = 100
const START_MS = 30_000

export class BeamCloud implements AsyncDisposable {
  readonly deployments: DeploymentGateway
  /** Of all the containers that were started, in order. */
  readonly containers: Container[] = []
  readonly #folder: string
  readonly #started = new Map<StubKind, Promise<void>>()
  #gateway: LiveGateway | null = null

  private constructor(deployments: DeploymentGateway, folder: string) {
    this.deployments = deployments
    this.#folder = folder
  }

  static async open(): Promise<BeamCloud> {
    const folder = await mkdtemp(join(tmpdir(), 'infinitetalk-beam-'))
    const outputsFolder = join(folder, 'outputs')
    await mkdir(outputsFolder)
    const deployments = await DeploymentGateway.open()
    const cloud = new BeamCloud(deployments, folder)
    cloud.#gateway = await LiveGateway.open({
      outputsFolder,
      fleet: {
        answer: (request) => deployments.answer(request),
        scale: (kind) => cloud.#scale(kind),
      },
    })
    deployments.invokeOrigin = cloud.gateway.url
    return cloud
  }

  get gateway(): LiveGateway {
    return this.#gateway!
  }

  /** Of whoever has an account. */
  get env(): Readonly<Record<string, string>> {
    return { BEAM_TOKEN: CLIENT_TOKEN, BEAM_GATEWAY_URL: this.gateway.url }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.containers.map((container) => container.end('SIGKILL')))
    await this.gateway[Symbol.asyncDispose]()
    await this.deployments[Symbol.asyncDispose]()
    await rm(this.#folder, { recursive: true, force: true })
  }

  #scale(kind: StubKind): Promise<void> | null {
    const deployed = this.deployments.deployments.findLast(
      ({ active, stub }) => active && stub.body.stub_type === `${kind}/deployment`,
    )
    if (deployed === undefined) return null
    const started = this.#started.get(kind) ?? this.#start(kind, deployed.stub)
    this.#started.set(kind, started)
    return started
  }

  async #start(kind: StubKind, { id, body }: { id: string; body: object }): Promise<void> {
    const { gateway } = this
    const bindPort = await freePort()
    if (kind === 'taskqueue') gateway.queueStubId = id
    else gateway.endpointPort = bindPort
    const container = await launchContainer({
      gateway,
      stubId: id,
      stub: body as Stub,
      folder: join(this.#folder, kind),
      outputsFolder: gateway.outputsFolder,
      bindPort,
      imageEnv: await imageEnvironment(),
    })
    this.containers.push(container)
    if (kind === 'endpoint') await isHealthy(bindPort)
  }
}

/** The stage that is deployed when no other image is named. */
async function imageEnvironment(): Promise<Readonly<Record<string, string>>> {
  const text = await readFile(join(ROOT, 'deploy/docker/Dockerfile'), 'utf8')
  const variables = readDockerfile(text)
    .filter(({ name, stage }) => name === 'ENV' && stage === 'gpu')
    .flatMap((instruction) => [...readVariables(instruction)])
  return Object.fromEntries(variables)
}

async function isHealthy(port: number): Promise<void> {
  const look = async (): Promise<void> => {
    const { status } = await fetch(`http://127.0.0.1:${port}/health`)
    if (status !== 200) throw new Error(`The container is not ready: HTTP ${status}.`)
  }
  await vi.waitFor(look, { timeout: START_MS, interval: HEALTH_EVERY_MS })
}
