// The deployer as it is configured: which gateway, which token, and this program's own folder to build images of.
import { resolve } from 'node:path'
import type { Deployer } from '../app/ports/deployment.ts'
import type { Config } from '../config/load-config.ts'
import { createDeployer } from '../deployment/create-deployer.ts'

export function composeDeployment(
  { beamGatewayUrl: gatewayUrl, beamToken }: Config,
  env: NodeJS.ProcessEnv,
): Deployer {
  const root = resolve(import.meta.dirname, '../..')
  return createDeployer({ gatewayUrl, token: beamToken ?? null, root, env })
}
