// An engine's capabilities as data, and the check that rejects by name what it cannot do, before any work starts.

import type { Size } from '@infinitetalk/arithmetic'
import {
  type GenerationSpec,
  INPUT_TYPES,
  type InputType,
  OPTION_NAMES,
  type OptionName,
} from '@infinitetalk/contract/plain'
import { AppError } from './errors.ts'
import type { RenderPlan } from './plan.ts'

export interface EngineCapabilities {
  readonly inputTypes: readonly InputType[]
  readonly maxSpeakers: number
  /** Options of the request it obeys; those of the job itself (priority, metadata, webhook...) every engine has. */
  readonly options: readonly OptionName[]
  /** Options it accepts although they change nothing: clients send them to every engine alike. They give a warning. */
  readonly withoutEffect: readonly OptionName[]
  /** null: the hub's own limit. */
  readonly maxSeconds: number | null
  readonly minSize: Size
  readonly maxSize: Size
}

/** All that a request can ask for, at the usual sizes. An engine says beside itself what it takes of it. */
export const EVERYTHING: EngineCapabilities = {
  inputTypes: INPUT_TYPES,
  maxSpeakers: 2,
  options: OPTION_NAMES,
  withoutEffect: [],
  maxSeconds: null,
  minSize: { width: 64, height: 64 },
  maxSize: { width: 2048, height: 2048 },
}

/** A video model, on our ComfyUI or on somebody's queue. It burns no caption in: its videos say what they are in their metadata. */
export const VIDEO_MODEL: EngineCapabilities = {
  ...EVERYTHING,
  options: OPTION_NAMES.filter((name) => name !== 'label' && name !== 'expressiveness'),
  withoutEffect: ['expressiveness'],
}

/** Obeyed by the hub, or checked here by their meaning. */
const OPTIONS_OF_EVERY_ENGINE: readonly OptionName[] = [
  'input_type',
  'person_count',
  'engine',
  'priority',
  'start_within_s',
  'deadline_s',
  'reuse',
  'metadata',
  'webhook',
]

/**
 * @returns sentences a person should read: options that have no effect on this engine
 * @throws AppError `engine_unsupported`, naming everything the caller set that the engine cannot do
 */
export function checkCapabilities(
  spec: GenerationSpec,
  engineName: string,
  capabilities: EngineCapabilities,
): readonly string[] {
  const refusals = [
    ...refuseInputType(spec, engineName, capabilities),
    ...refuseSpeakers(spec, engineName, capabilities),
    ...refuseOptions(spec, engineName, capabilities),
    ...refuseUnbuilt(spec),
  ]
  const [first] = refusals
  if (first !== undefined) {
    throw new AppError('engine_unsupported', refusals.map(({ sentence }) => sentence).join(' '), {
      pointer: `/${first.members[0]}`,
      meta: { engine: engineName, unsupported: refusals.flatMap(({ members }) => members) },
    })
  }
  return spec.explicit
    .filter((name) => capabilities.withoutEffect.includes(name))
    .map((name) => `${name} has no effect on the ${engineName} engine.`)
}

/**
 * Checks what only the staged inputs show: the length and the size.
 *
 * @throws AppError `engine_unsupported`
 */
export function checkPlanFits(
  plan: RenderPlan,
  engineName: string,
  { maxSeconds, minSize, maxSize }: EngineCapabilities,
): void {
  if (maxSeconds !== null && plan.seconds > maxSeconds) {
    const asked = `${plan.seconds.toFixed(1)} s are asked for`
    const detail = `The ${engineName} engine makes videos of at most ${maxSeconds} s; ${asked}.`
    throw new AppError('engine_unsupported', detail, { pointer: '/audio', meta: { maxSeconds } })
  }
  for (const side of ['width', 'height'] as const) {
    const [least, most] = [minSize[side], maxSize[side]]
    if (plan.size[side] >= least && plan.size[side] <= most) continue
    const detail = `The ${engineName} engine makes videos with a ${side} of ${least} to ${most}; ${plan.size[side]} is asked for.`
    throw new AppError('engine_unsupported', detail, { pointer: `/${side}`, meta: { least, most } })
  }
}

interface Refusal {
  readonly members: readonly string[]
  readonly sentence: string
}

/** Which engine can do it, and how to get it. */
const HELP_FOR: Readonly<Record<InputType, string>> = {
  image: '',
  video:
    ' InfiniteTalk sets the lips of a video: give the hub a ComfyUI (--comfyui-url or INFINITETALK_COMFYUI_URL), or Beam or RunPod.',
}

function refuseInputType(
  { inputType }: GenerationSpec,
  engineName: string,
  { inputTypes }: EngineCapabilities,
): readonly Refusal[] {
  if (inputTypes.includes(inputType)) return []
  const able = inputTypes.map((type) => (type === 'image' ? 'an image' : 'a video')).join(' or ')
  const sentence = `The ${engineName} engine animates ${able}; a ${inputType} is given.${HELP_FOR[inputType]}`
  return [{ members: ['input_type'], sentence }]
}

const NUMBER_WORDS = ['no', 'one', 'two', 'three', 'four'] as const

function refuseSpeakers(
  { personCount, voices }: GenerationSpec,
  engineName: string,
  { maxSpeakers }: EngineCapabilities,
): readonly Refusal[] {
  if (voices.length <= maxSpeakers) return []
  const able = `${sayNumber(maxSpeakers)} speaker${maxSpeakers === 1 ? '' : 's'}`
  const asked = `person_count ${personCount} asks for ${sayNumber(voices.length)}`
  const sentence = `The ${engineName} engine animates ${able}; ${asked}.`
  return [{ members: ['person_count'], sentence }]
}

function sayNumber(number: number): string {
  return NUMBER_WORDS[number] ?? String(number)
}

function refuseOptions(
  { explicit }: GenerationSpec,
  engineName: string,
  { options, withoutEffect }: EngineCapabilities,
): readonly Refusal[] {
  const known = new Set([...options, ...withoutEffect, ...OPTIONS_OF_EVERY_ENGINE])
  const members = explicit.filter((name) => !known.has(name))
  if (members.length === 0) return []
  return [{ members, sentence: `The ${engineName} engine has no ${sayList(members)}.` }]
}

/** Members that older and newer hubs know: a caller who counts on them must not wait in vain. */
function refuseUnbuilt({ webhook, reuse }: GenerationSpec): readonly Refusal[] {
  const members = [...(webhook === null ? [] : ['webhook']), ...(reuse ? ['reuse'] : [])]
  if (members.length === 0) return []
  return [{ members, sentence: `This version does not know ${sayList(members)} yet.` }]
}

function sayList(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}
