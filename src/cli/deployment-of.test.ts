import { describe, expect, it } from 'vitest'
import { DEPLOYMENT_DEFAULTS } from '../domain/deployment-spec.ts'
import { deployToBeamCommand } from './commands/beam/deploy.ts'
import { preloadOnBeamCommand } from './commands/beam/preload.ts'
import { deploymentOf } from './deployment-of.ts'
import { parseArguments } from './parse-arguments.ts'

const deploy = (kind: 'endpoint' | 'queue', text = '') =>
  deploymentOf(
    kind,
    parseArguments(deployToBeamCommand, [kind, ...text.split(' ').filter(Boolean)]),
  )
const preload = (text = '') =>
  deploymentOf('preload', parseArguments(preloadOnBeamCommand, text.split(' ').filter(Boolean)))

describe('the options of a deployment', () => {
  it('without a word are the defaults', () => {
    expect(deploy('endpoint')).toEqual(DEPLOYMENT_DEFAULTS.endpoint)
    expect(deploy('queue')).toEqual(DEPLOYMENT_DEFAULTS.queue)
    expect(preload()).toEqual({
      ...DEPLOYMENT_DEFAULTS.preload,
      command: ['infinitetalk', 'models', 'pull', '--set', 'single', '--to', '/models'],
    })
  })

  it('each change what they name', () => {
    const text =
      '--name talk --cpu 1.5 --memory 24 --gpu A10G --gpu-count 2 --keep-warm 5 --timeout 100 --retries 3 --ttl 60 ' +
      '--max-containers 4 --max-pending 9 --volume shelf --mount /shelf/ --env A=1 --env B=x=y --secret KEY --secret OTHER ' +
      '--update-secrets --callback-url https://me.example/done --image r.example/i:1 --registry-login NGC_API_KEY'
    expect(deploy('queue', text)).toEqual({
      kind: 'queue',
      name: 'talk',
      cpuCores: 1.5,
      memoryMib: 24 * 1024,
      gpu: 'A10G',
      gpuCount: 2,
      keepWarmSeconds: 5,
      timeoutSeconds: 100,
      retries: 3,
      ttlSeconds: 60,
      maxContainers: 4,
      maxPendingTasks: 9,
      volume: 'shelf',
      mountPath: '/shelf',
      secrets: ['KEY', 'OTHER'],
      optionalSecrets: [],
      updatesSecrets: true,
      env: { A: '1', B: 'x=y' },
      callbackUrl: 'https://me.example/done',
      image: { from: 'registry', uri: 'r.example/i:1', credentialNames: ['NGC_API_KEY'] },
      command: [],
    })
  })

  it('can do without a GPU', () => {
    expect(deploy('queue', '--gpu none')).toMatchObject({ gpu: '', gpuCount: 0 })
  })

  it('put the models of a preload where the volume is', () => {
    expect(preload('--set multi --mount /shelf').command.join(' ')).toBe(
      'infinitetalk models pull --set multi --to /shelf',
    )
  })

  it.each([
    ['endpoint', '--timeout 1800', 'longer videos: "beam deploy queue"'],
    ['endpoint', '--retries 1', 'Beam retries no request to an endpoint'],
    ['endpoint', '--callback-url https://me.example', 'is of "beam deploy queue"'],
    ['queue', '--callback-url file:///x', '--callback-url needs an http(s) URL'],
    ['queue', '--retries 6', 'at most 5 times'],
    ['queue', '--ttl 90000', 'at most 86400 s'],
    ['queue', '--memory much', '--memory needs a number of at least 0.25, and got "much"'],
    ['queue', '--cpu 0', '--cpu needs a number of at least 0.1'],
    ['queue', '--max-pending 1.5', '--max-pending needs a whole number'],
    ['queue', '--mount models', '--mount needs an absolute path'],
    ['queue', '--mount /', '--mount needs an absolute path'],
    ['queue', '--env A', '--env needs NAME=VALUE'],
    ['queue', '--env 1A=2', '--env needs the name of a variable'],
    ['queue', '--env TIMEOUT=1', 'TIMEOUT is set by Beam itself'],
    ['queue', '--registry-login X', '--registry-login needs an --image'],
    ['queue', '--gpu none --gpu-count 2', '--gpu-count needs a --gpu'],
    ['queue', '--gpu-count 0', 'No GPU is "--gpu none"'],
    ['queue', '--gpu A10G,T4', '--gpu needs a GPU such as A10G, or none'],
    ['queue', '--name a/b', '--name takes letters'],
  ] as const)('of the %s refuse %s', (kind, text, sentence) => {
    expect(() => deploy(kind, text)).toThrow(sentence)
  })
})
