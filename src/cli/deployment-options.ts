// The options of what is deployed to Beam, and the deployment that they make of what is deployed when nothing is said.
import {
  checkDeployment,
  DEPLOYMENT_DEFAULTS,
  type DeploymentKind,
  type DeploymentSpec,
} from '../domain/deployment-spec.ts'
import { AppError } from '../domain/errors.ts'
import type { OptionDefinition, ParsedArguments } from './command.ts'

const { endpoint, queue, preload } = DEPLOYMENT_DEFAULTS
const GIB = 1024

const NAME: OptionDefinition = {
  name: 'name',
  value: 'NAME',
  help: `What it is called by (default ${endpoint.name} or ${queue.name}).`,
}

/** What all containers have. */
const CONTAINER_OPTIONS: readonly OptionDefinition[] = [
  {
    name: 'cpu',
    value: 'CORES',
    help: `CPU cores (default: endpoint ${endpoint.cpuCores}, queue ${queue.cpuCores}, preload ${preload.cpuCores}).`,
  },
  {
    name: 'memory',
    value: 'GIB',
    help: `Memory in GiB (default: endpoint ${endpoint.memoryMib / GIB}, queue ${queue.memoryMib / GIB}, preload ${preload.memoryMib / GIB}).`,
  },
  {
    name: 'timeout',
    value: 'SECONDS',
    help: `How long one request, task or preload may take (default: endpoint ${endpoint.timeoutSeconds}, which is the most; else ${queue.timeoutSeconds}).`,
  },
  {
    name: 'volume',
    value: 'NAME',
    help: `Volume with the models (default ${queue.volume}). Made when it is not there.`,
  },
  {
    name: 'mount',
    value: 'PATH',
    help: `Where it is in the container (default ${queue.mountPath}).`,
  },
  {
    name: 'secret',
    value: 'NAME',
    repeats: true,
    help: 'A secret of Beam to have as a variable; made of the variable here when it is not there. May be repeated.',
  },
  {
    name: 'update-secrets',
    help: 'Give those secrets the values of the variables here, also when they are there.',
  },
  {
    name: 'env',
    value: 'NAME=VALUE',
    repeats: true,
    help: 'A variable of the container. May be repeated.',
  },
  {
    name: 'image',
    value: 'URI',
    help: 'Image in a registry. Without it Beam builds one from the Dockerfile of this program.',
  },
  {
    name: 'registry-login',
    value: 'NAME',
    repeats: true,
    help: 'A variable here that opens its registry, such as DOCKERHUB_PASSWORD. May be repeated.',
  },
]

export const DRY_RUN: OptionDefinition = {
  name: 'dry-run',
  help: 'Print what would be made, and make nothing. Works without a token, too.',
}

export const DEPLOY_OPTIONS: readonly OptionDefinition[] = [
  NAME,
  ...CONTAINER_OPTIONS,
  { name: 'gpu', value: 'TYPE', help: `GPU as Beam names it, or none (default ${queue.gpu}).` },
  { name: 'gpu-count', value: 'N', help: `How many of them (default ${queue.gpuCount}).` },
  {
    name: 'keep-warm',
    value: 'SECONDS',
    help: `How long a container waits, and costs, after its last work (default: endpoint ${endpoint.keepWarmSeconds}, queue ${queue.keepWarmSeconds}).`,
  },
  {
    name: 'max-containers',
    value: 'N',
    help: `How many may run at once (default ${queue.maxContainers}).`,
  },
  {
    name: 'max-pending',
    value: 'N',
    help: `How many may wait before more are refused (default ${queue.maxPendingTasks}).`,
  },
  {
    name: 'retries',
    value: 'N',
    help: `Queue: how often a failed task is tried again (default ${queue.retries}).`,
  },
  {
    name: 'ttl',
    value: 'SECONDS',
    help: 'How long a task may wait for a container (default: 2 hours at Beam).',
  },
  { name: 'callback-url', value: 'URL', help: 'Queue: told when a task has ended.' },
  { name: 'stop-old', help: 'Stop the older versions. Tasks that run on them end.' },
  { name: 'force', help: 'Make another version although nothing has changed.' },
  DRY_RUN,
]

export const PRELOAD_OPTIONS: readonly OptionDefinition[] = [
  {
    name: 'set',
    value: 'SETS',
    help: 'Sets of models, with commas: single, multi, low-vram, all (default single).',
  },
  ...CONTAINER_OPTIONS,
  DRY_RUN,
]

/** @throws AppError `usage` */
export function deploymentOf(kind: DeploymentKind, given: ParsedArguments): DeploymentSpec {
  const defaults = DEPLOYMENT_DEFAULTS[kind]
  const gpu = given.text('gpu') ?? defaults.gpu
  const gpuType = gpu === 'none' ? '' : gpu
  const mountPath = (given.text('mount') ?? defaults.mountPath).replace(/(?<=.)\/+$/, '')
  const whole = (name: string, otherwise: number, least: number): number =>
    numberOf(given, name, otherwise, least, true)
  return checkDeployment({
    ...defaults,
    name: nameOf(given, 'name', defaults.name),
    cpuCores: numberOf(given, 'cpu', defaults.cpuCores, 0.1, false),
    memoryMib: Math.round(numberOf(given, 'memory', defaults.memoryMib / GIB, 0.25, false) * GIB),
    gpu: gpuType,
    gpuCount: whole('gpu-count', gpuType === '' ? 0 : Math.max(1, defaults.gpuCount), 0),
    keepWarmSeconds: whole('keep-warm', defaults.keepWarmSeconds, 0),
    timeoutSeconds: whole('timeout', defaults.timeoutSeconds, 1),
    retries: whole('retries', defaults.retries, 0),
    ttlSeconds: whole('ttl', defaults.ttlSeconds, 1),
    maxContainers: whole('max-containers', defaults.maxContainers, 1),
    maxPendingTasks: whole('max-pending', defaults.maxPendingTasks, 1),
    volume: nameOf(given, 'volume', defaults.volume),
    mountPath,
    secrets: given.texts('secret').map((name) => variableName(name, 'secret')),
    updatesSecrets: given.flag('update-secrets'),
    env: environmentOf(given),
    callbackUrl: callbackOf(given, kind),
    image: imageOf(given, defaults),
    command: kind === 'preload' ? pullCommand(given, mountPath) : [],
  })
}

function pullCommand(given: ParsedArguments, folder: string): readonly string[] {
  const set = given.text('set') ?? 'single'
  return ['infinitetalk', 'models', 'pull', '--set', set, '--to', folder]
}

function imageOf(given: ParsedArguments, { image }: DeploymentSpec): DeploymentSpec['image'] {
  const uri = given.text('image')
  const credentialNames = given
    .texts('registry-login')
    .map((name) => variableName(name, 'registry-login'))
  if (uri !== undefined) {
    if (/^\S+$/.test(uri)) return { from: 'registry', uri, credentialNames }
    throw new AppError('usage', `--image needs an image, and "${uri}" is none.`)
  }
  if (credentialNames.length > 0) throw new AppError('usage', '--registry-login needs an --image.')
  return image
}

function callbackOf(given: ParsedArguments, kind: DeploymentKind): string {
  const url = given.text('callback-url')
  if (url === undefined) return ''
  if (kind !== 'queue') throw new AppError('usage', '--callback-url is of "beam deploy queue".')
  if (URL.canParse(url) && /^https?:/.test(url)) return url
  throw new AppError('usage', `--callback-url needs an http(s) URL, and "${url}" is none.`)
}

function environmentOf(given: ParsedArguments): Readonly<Record<string, string>> {
  return Object.fromEntries(
    given.texts('env').map((text) => {
      const [, name, value] = /^([^=]+)=([\s\S]*)$/.exec(text) ?? []
      if (name === undefined || value === undefined) {
        throw new AppError('usage', `--env needs NAME=VALUE, and "${text}" is not that.`)
      }
      return [variableName(name, 'env'), value]
    }),
  )
}

function variableName(name: string, option: string): string {
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return name
  throw new AppError('usage', `--${option} needs the name of a variable, and "${name}" is none.`)
}

/** They stand in addresses. */
function nameOf(given: ParsedArguments, option: string, otherwise: string): string {
  const name = given.text(option) ?? otherwise
  if (/^[a-z0-9][a-z0-9._-]{0,62}$/i.test(name)) return name
  const detail = `--${option} takes letters, digits, dots, - and _, and "${name}" has others.`
  throw new AppError('usage', detail)
}

function numberOf(
  given: ParsedArguments,
  option: string,
  otherwise: number,
  least: number,
  isWhole: boolean,
): number {
  const text = given.text(option)
  if (text === undefined) return otherwise
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN
  if (value >= least && (!isWhole || Number.isInteger(value))) return value
  const kind = isWhole ? 'a whole number' : 'a number'
  throw new AppError('usage', `--${option} needs ${kind} of at least ${least}, and got "${text}".`)
}
