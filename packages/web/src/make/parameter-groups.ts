// The parameters of an engine in groups, by what a person wants to change, and the values that hold when nothing is set.

import type { EngineResource } from '@infinitetalk/contract'
import type { Words } from '../language/say.ts'
import type { Options } from './options.ts'
import type { Parameter } from './request-schema.ts'

interface ParameterGroup {
  readonly title: Words
  readonly parameters: readonly Parameter[]
}

const GROUPS: readonly (readonly [title: Words, names: readonly string[]])[] = [
  [
    'Speed and quality',
    ['steps', 'scheduler', 'cfg', 'shift', 'attention', 'loras', 'workflow', 'pieces'],
  ],
  ['Memory', ['block_swap', 'force_offload']],
  [
    'Motion',
    [
      'window_frames',
      'motion_frames',
      'equalise_windows',
      'color_match',
      'on_short_video',
      'expressiveness',
      'negative_prompt',
    ],
  ],
  ['Sound', ['audio_scale', 'audio_cfg_scale']],
  ['Size and length', ['width', 'height', 'max_frames', 'label']],
]
const REST: Words = 'Queue'

export function groupsOf(parameters: readonly Parameter[]): readonly ParameterGroup[] {
  const placed = new Set(GROUPS.flatMap(([, names]) => names))
  const groups: readonly ParameterGroup[] = GROUPS.map(([title, names]) => ({
    title,
    parameters: names.flatMap((name) => parameters.find((one) => one.name === name) ?? []),
  }))
  const rest = parameters.filter(({ name }) => !placed.has(name))
  return [...groups, { title: REST, parameters: rest }].filter(
    (group) => group.parameters.length > 0,
  )
}

/** In words; null: the hub or the workflow decides. */
export function defaultOf(
  { name, fallback }: Parameter,
  engine: EngineResource | null,
  { preset }: Options,
): string | null {
  const ofPreset = engine?.presets?.[preset ?? 'balanced']?.[name]
  if (ofPreset !== undefined) return String(ofPreset)
  const { window_frames, motion_frames } = engine?.windowing ?? {}
  const ofWindows = { window_frames, motion_frames }[name]
  return ofWindows === undefined ? fallback : String(ofWindows)
}

/** Where the description does not say it. */
const UNITS: Readonly<Record<string, Words>> = {
  window_frames: 'frames, 25 a second',
  motion_frames: 'frames, 25 a second',
  block_swap: 'blocks of 40',
}

export function unitOf(name: string): Words | null {
  return UNITS[name] ?? null
}
