// The capabilities of an engine as data, and the check that rejects unsupported options by name before any work starts.

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
  /** Supported options of the request. Options of the job itself (priority, metadata, webhook...) work with every engine. */
  readonly options: readonly OptionName[]
  /** Options without effect that are accepted with a warning, because clients send them to every engine. */
  readonly withoutEffect: readonly OptionName[]
  /** null: the hub's own limit. */
  readonly maxSeconds: number | null
  readonly minSize: Size
  readonly maxSize: Size
}

/** Everything that a request can ask for, at the usual sizes. Each engine's folder states which part it supports. */
export const EVERYTHING: EngineCapabilities = {
  inputTypes: INPUT_TYPES,
  maxSpeakers: 2,
  options: OPTION_NAMES,
  withoutEffect: [],
  maxSeconds: null,
  minSize: { width: 64, height: 64 },
  maxSize: { width: 2048, height: 2048 },
}

/** A video model, on our ComfyUI or on a cloud queue. It burns no caption in; the metadata of its videos says that they are AI-made. */
export const VIDEO_MODEL: EngineCapabilities = {
  ...EVERYTHING,
  options: OPTION_NAMES.filter((name) => !['label', 'expressiveness', 'pieces'].includes(name)),
  withoutEffect: ['expressiveness'],
}

/** Handled by the hub, or checked below by their meaning. */
const OPTIONS_OF_EVERY_ENGINE: readonly OptionName[] = [
  'input_type',
  'person_count',
  'engine',
  'captions',
  'crop',
  'priority',
  'start_within_s',
  'deadline_s',
  'reuse',
  'keep',
  'metadata',
  'webhook',
]

/**
 * @returns warnings for a person: options that have no effect on this engine
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
 * Checks the length and the size, which are known only from the staged inputs.
 *
 * @throws AppError `engine_unsupported`
 */
export function checkPlanFits(
  plan: RenderPlan,
  engineName: string,
  { maxSeconds, minSize, maxSize }: EngineCapabilities,
): void {
  if (maxSeconds !== null && plan.seconds > maxSeconds) {
    const asked = `this one would last ${plan.seconds.toFixed(1)} s`
    const detail = `The ${engineName} engine makes videos of at most ${maxSeconds} s; ${asked}.`
    throw new AppError('engine_unsupported', detail, { pointer: '/audio', meta: { maxSeconds } })
  }
  for (const side of ['width', 'height'] as const) {
    const [least, most] = [minSize[side], maxSize[side]]
    if (plan.size[side] >= least && plan.size[side] <= most) continue
    const detail = `The ${engineName} engine makes videos with a ${side} of ${least} to ${most}, not ${plan.size[side]}.`
    throw new AppError('engine_unsupported', detail, { pointer: `/${side}`, meta: { least, most } })
  }
}

interface Refusal {
  readonly members: readonly string[]
  readonly sentence: string
}

/** The engine that supports it, and how to configure it. */
const HELP_FOR: Readonly<Record<InputType, string>> = {
  image: '',
  video:
    ' InfiniteTalk sets the lips of a video: configure a ComfyUI (--comfyui-url or COMFYUI_URL), Beam or RunPod.',
}

function refuseInputType(
  { inputType }: GenerationSpec,
  engineName: string,
  { inputTypes }: EngineCapabilities,
): readonly Refusal[] {
  if (inputTypes.includes(inputType)) return []
  const able = inputTypes.map((type) => (type === 'image' ? 'an image' : 'a video')).join(' or ')
  const sentence = `The ${engineName} engine animates ${able}, not ${inputType === 'image' ? 'an image' : 'a video'}.${HELP_FOR[inputType]}`
  return [{ members: ['input_type'], sentence }]
}

const NUMBER_WORDS = ['no', 'one', 'two', 'three', 'four'] as const

function refuseSpeakers(
  { personCount, voices, dialogue }: GenerationSpec,
  engineName: string,
  { maxSpeakers }: EngineCapabilities,
): readonly Refusal[] {
  const speakers = dialogue === undefined ? voices.length : 2
  if (speakers <= maxSpeakers) return []
  const able = `${sayNumber(maxSpeakers)} speaker${maxSpeakers === 1 ? '' : 's'}`
  const asked = `person_count ${personCount} asks for ${sayNumber(speakers)}`
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

function sayList(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}
