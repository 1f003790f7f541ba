// Beam's own client for TypeScript, doing as nearly what our deployment does as it can: an image of a Dockerfile, a volume, and a pod,
// as it has no queue. A program of its own, because the client has its settings, caches and log in the process, and writes into
// the current folder. Usage: deploy-with-beam-js.ts URL TOKEN WORKSPACE
import { join } from 'node:path'
import { beamOpts, Image, Pod, Volume } from '@beamcloud/beam-js'

const [url = '', token = '', workspaceId = ''] = process.argv.slice(2)
Object.assign(beamOpts, { token, workspaceId, gatewayUrl: url, timeout: 10_000 })

const folder = process.cwd()
const image = await Image.fromDockerfile(join(folder, 'deploy/docker/Dockerfile'), folder)
const pod = new Pod({
  name: 'infinitetalk-queue',
  app: 'infinitetalk',
  image,
  cpu: 2,
  memory: '48Gi',
  gpu: 'RTX4090',
  gpuCount: 1,
  keepWarmSeconds: 60,
  volumes: [new Volume('infinitetalk-models', '/models')],
  secrets: [{ name: 'API_KEY' }],
  env: { INFINITETALK_HOST: '127.0.0.1' },
  authorized: true,
  entrypoint: ['infinitetalk', 'serve'],
})
const { success } = await pod.deploy('infinitetalk-queue')
if (success) await pod.create()
process.exitCode = success ? 0 : 1
