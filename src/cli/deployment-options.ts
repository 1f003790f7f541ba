// The options of what is deployed to Beam. Each command tells the defaults of what it makes, and of nothing else.
import {
  DEPLOYMENT_DEFAULTS,
  type DeploymentKind,
  type DeploymentSpec,
  MAX_ENDPOINT_SECONDS,
} from '../domain/deployment-spec.ts'
import type { OptionDefinition } from './command.ts'
import { DEFAULT_SET } from './commands/models/models-options.ts'

export const GIB = 1024

export const DRY_RUN: OptionDefinition = {
  name: 'dry-run',
  help: 'Print what would be made, and make nothing. Works without a token, too.',
}

const DEPLOYED = ['endpoint', 'queue'] as const

export const DEPLOY_OPTIONS: readonly OptionDefinition[] = [
  {
    name: 'name',
    value: 'NAME',
    help: `What it is called by (${defaultOf(DEPLOYED, ({ name }) => name)}).`,
  },
  {
    name: 'timeout',
    value: 'SECONDS',
    help: `How long one request or task may take (${defaultOf(DEPLOYED, ({ timeoutSeconds }) => timeoutSeconds)}). An endpoint has ${MAX_ENDPOINT_SECONDS} at most.`,
  },
  ...containerOptions(DEPLOYED),
  {
    name: 'gpu',
    value: 'TYPE',
    help: `GPU as Beam names it, or none (${defaultOf(DEPLOYED, ({ gpu }) => gpu)}).`,
  },
  {
    name: 'gpu-count',
    value: 'N',
    help: `How many of them (${defaultOf(DEPLOYED, ({ gpuCount }) => gpuCount)}).`,
  },
  {
    name: 'keep-warm',
    value: 'SECONDS',
    help: `How long a container waits, and costs, after its last work (${defaultOf(DEPLOYED, ({ keepWarmSeconds }) => keepWarmSeconds)}).`,
  },
  {
    name: 'max-containers',
    value: 'N',
    help: `How many may run at once (${defaultOf(DEPLOYED, ({ maxContainers }) => maxContainers)}).`,
  },
  {
    name: 'max-pending',
    value: 'N',
    help: `How many may wait before more are refused (${defaultOf(DEPLOYED, ({ maxPendingTasks }) => maxPendingTasks)}).`,
  },
  {
    name: 'retries',
    value: 'N',
    help: `Queue: how often a failed task is tried again (${defaultOf(['queue'], ({ retries }) => retries)}).`,
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
    help: `Sets of models, with commas: single, multi, low-vram, all (default ${DEFAULT_SET}).`,
  },
  {
    name: 'timeout',
    value: 'SECONDS',
    help: `How long it may take (${defaultOf(['preload'], ({ timeoutSeconds }) => timeoutSeconds)}).`,
  },
  ...containerOptions(['preload']),
  DRY_RUN,
]

/** What all containers have. */
function containerOptions(kinds: readonly DeploymentKind[]): readonly OptionDefinition[] {
  return [
    {
      name: 'cpu',
      value: 'CORES',
      help: `CPU cores (${defaultOf(kinds, ({ cpuCores }) => cpuCores)}).`,
    },
    {
      name: 'memory',
      value: 'GIB',
      help: `Memory in GiB (${defaultOf(kinds, ({ memoryMib }) => memoryMib / GIB)}).`,
    },
    {
      name: 'volume',
      value: 'NAME',
      help: `Volume with the models (${defaultOf(kinds, ({ volume }) => volume)}). Made when it is not there.`,
    },
    {
      name: 'mount',
      value: 'PATH',
      help: `Where it is in the container (${defaultOf(kinds, ({ mountPath }) => mountPath)}).`,
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
}

function defaultOf(
  kinds: readonly DeploymentKind[],
  value: (spec: DeploymentSpec) => string | number,
): string {
  const values = kinds.map((kind) => ({ kind, text: String(value(DEPLOYMENT_DEFAULTS[kind])) }))
  const isOne = values.every(({ text }) => text === values[0]?.text)
  if (isOne) return `default ${values[0]?.text}`
  return `default: ${values.map(({ kind, text }) => `${kind} ${text}`).join(', ')}`
}
