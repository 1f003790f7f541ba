// The deployment that the options of a command make of what is deployed when nothing is said.
import {
  checkDeployment,
  DEPLOYMENT_DEFAULTS,
  type DeploymentKind,
  type DeploymentSpec,
} from '../domain/deployment-spec.ts'
import { AppError } from '../domain/errors.ts'
import type { ParsedArguments } from './command.ts'
import { DEFAULT_SET } from './commands/models/models-options.ts'
import { GIB } from './deployment-options.ts'

/** @throws AppError `usage` */
export function deploymentOf(kind: DeploymentKind, given: ParsedArguments): DeploymentSpec {
  const defaults = DEPLOYMENT_DEFAULTS[kind]
  const gpuType = gpuOf(given, defaults)
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
  const set = given.text('set') ?? DEFAULT_SET
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

/** As Beam names it; empty: none. */
function gpuOf(given: ParsedArguments, { gpu: otherwise }: DeploymentSpec): string {
  const gpu = given.text('gpu') ?? otherwise
  if (gpu === 'none') return ''
  if (/^[A-Za-z0-9-]+$/.test(gpu) || gpu === otherwise) return gpu
  throw new AppError('usage', `--gpu needs a GPU such as A10G, or none, and "${gpu}" is neither.`)
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
