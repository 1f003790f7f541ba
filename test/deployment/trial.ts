// A deployment against the stand-in, of a program that is small and stays the same, with what was said meanwhile.
import { join } from 'node:path'
import { expect } from 'vitest'
import type { Deployer, DeploymentWatcher } from '../../src/app/ports/deployment.ts'
import { createDeployer, type DeployerTimes } from '../../src/deployment/create-deployer.ts'
import {
  DEPLOYMENT_DEFAULTS,
  type DeploymentKind,
  type DeploymentSpec,
} from '../../src/domain/deployment-spec.ts'
import type { AppError } from '../../src/domain/errors.ts'
import { CLIENT_TOKEN } from '../beam/standin/workspace.ts'
import type { DeploymentFaults } from './standin/deployment-faults.ts'
import { DeploymentGateway } from './standin/deployment-gateway.ts'

export const FIXTURE = join(import.meta.dirname, 'fixture')
export const NEVER = new AbortController().signal

const TIMES: DeployerTimes = {
  build: { buildMs: 20_000, retryMs: 1 },
  preload: { pollMs: 5, awayMs: 2000, lastLinesMs: 20 },
  upload: { partBytes: 1000, times: { retryMs: 1 } },
}

export interface Trial extends AsyncDisposable {
  readonly gateway: DeploymentGateway
  readonly deployer: Deployer
  readonly watcher: DeploymentWatcher
  readonly said: {
    readonly steps: string[]
    readonly output: string[]
    readonly warnings: string[]
  }
  deploy(spec: DeploymentSpec, options?: DeployOptions): ReturnType<Deployer['deploy']>
}

export interface DeployOptions {
  readonly stopsOld?: boolean
  readonly force?: boolean
  readonly signal?: AbortSignal
}

export interface TrialOptions {
  readonly token?: string | null
  readonly env?: Readonly<Record<string, string>>
  readonly times?: Partial<DeployerTimes>
}

/** Ends with a look at what the stand-in found wrong in what it was sent. */
export async function openTrial(
  faults: DeploymentFaults = {},
  { token = CLIENT_TOKEN, env = {}, times = {} }: TrialOptions = {},
): Promise<Trial> {
  const gateway = await DeploymentGateway.open(faults)
  const deployer = createDeployer({
    gatewayUrl: gateway.url,
    token,
    root: FIXTURE,
    env,
    times: { ...TIMES, ...times },
  })
  const said = { steps: [] as string[], output: [] as string[], warnings: [] as string[] }
  const watcher: DeploymentWatcher = {
    onStart: (line) => said.steps.push(line),
    onStep: (line) => said.steps.push(line),
    onOutput: (line) => said.output.push(line),
    onBytes: () => {},
    onWarning: (line) => said.warnings.push(line),
  }
  return {
    gateway,
    deployer,
    watcher,
    said,
    deploy: (spec, { stopsOld = false, force = false, signal = NEVER } = {}) =>
      deployer.deploy({ spec, watcher, signal, stopsOld, force }),
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]()
      expect(gateway.breaches).toEqual([])
    },
  }
}

export function specOf(
  kind: DeploymentKind,
  changes: Partial<DeploymentSpec> = {},
): DeploymentSpec {
  const command =
    kind === 'preload'
      ? ['infinitetalk', 'models', 'pull', '--set', 'single', '--to', '/models']
      : []
  return { ...DEPLOYMENT_DEFAULTS[kind], command, ...changes }
}

/** What was thrown, for a look at its code and its sentence. */
export async function failureOf(work: Promise<unknown>): Promise<AppError> {
  return work.then(
    () => expect.fail('it did not fail'),
    (thrown: AppError) => thrown,
  )
}
