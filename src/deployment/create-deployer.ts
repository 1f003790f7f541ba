// The deployer for Beam, of a gateway, a token and a checkout to build images of. To whoever deploys, Beam is the server itself and
// no engine among others: what goes wrong there is told in the codes of every other command that asks it.
import type { Deployer } from '../app/ports/deployment.ts'
import { AppError, toAppError } from '../domain/errors.ts'
import { toRemoteError } from '../engines/cloud/to-remote-error.ts'
import { deploy } from './deploy.ts'
import { type Gateway, openGateway } from './gateway.ts'
import { BUILD_TIMES, type BuildTimes } from './image.ts'
import { planDeployment } from './plan.ts'
import { PRELOAD_TIMES, type PreloadTimes, preload } from './preload.ts'
import { UPLOAD_OPTIONS, type UploadOptions, uploadFile } from './upload-file.ts'

export interface DeployerOptions {
  readonly gatewayUrl: string
  readonly token: string | null
  /** The folder of this program, with its Dockerfile. */
  readonly root: string
  /** Where the values of secrets and credentials come from. */
  readonly env: Readonly<Record<string, string | undefined>>
  readonly times?: DeployerTimes
}

/** Tests are less patient. */
export interface DeployerTimes {
  readonly build: BuildTimes
  readonly preload: PreloadTimes
  readonly upload: UploadOptions
}

const TIMES: DeployerTimes = {
  build: BUILD_TIMES,
  preload: PRELOAD_TIMES,
  upload: UPLOAD_OPTIONS,
}

export function createDeployer(options: DeployerOptions): Deployer {
  const { gatewayUrl, token, root, env, times = TIMES } = options
  const gateway = token === null ? null : openGateway(gatewayUrl, token)
  const open = (): Gateway => {
    if (gateway !== null) return gateway
    const detail = 'BEAM_TOKEN is not set: without a token Beam takes nothing.'
    throw new AppError('config_invalid', detail)
  }
  const site = { root, env, buildTimes: times.build }
  return {
    plan: (spec, signal, options) =>
      asServer(async () => planDeployment(gateway, site, spec, signal, options)),
    deploy: (request) => asServer(async () => deploy(open(), site, request)),
    preload: (request) => asServer(async () => preload(open(), site, request, times.preload)),
    upload: (request) => asServer(async () => uploadFile(open(), request, times.upload)),
  }
}

async function asServer<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (thrown) {
    throw toRemoteError(toAppError(thrown))
  }
}
