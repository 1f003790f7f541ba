// The sampling options of an engine. They are rarely needed, so one table maps each to the member of the request with the same
// name. The parser of requests checks their values.
import { AppError } from '../domain/errors.ts'
import { type OptionDefinitions, type OptionsOf, optionName } from './command.ts'
import { NUMBER, WHOLE } from './option-kinds.ts'
import { withoutUndefined } from './request-options.ts'

const MEMBERS = {
  preset: { value: 'NAME', help: 'draft, balanced (default) or quality.' },
  negativePrompt: { value: 'TEXT', help: 'What the video must not show.' },
  steps: { value: 'N', kind: WHOLE, help: 'Sampling steps of each window.' },
  cfg: { value: 'X', kind: NUMBER, help: 'How closely the prompt is followed.' },
  shift: { value: 'X', kind: NUMBER, help: 'Shift of the noise schedule.' },
  scheduler: { value: 'NAME', help: 'Sampler, such as dpm++_sde or unipc.' },
  audioScale: { value: 'X', kind: NUMBER, help: 'Strength of the voice.' },
  audioCfgScale: { value: 'X', kind: NUMBER, help: 'How closely lips follow it.' },
  blockSwap: { value: 'N', kind: WHOLE, help: 'Blocks kept off the GPU: less memory.' },
  attention: { value: 'NAME', help: 'Attention kernel, such as sageattn.' },
  windowFrames: { value: 'N', kind: WHOLE, help: 'Frames of a window (default 81).' },
  motionFrames: { value: 'N', kind: WHOLE, help: 'Frames windows share (default 9).' },
  equaliseWindows: { help: 'Shorter, equal windows: less surplus.' },
  pieces: { value: 'N', kind: WHOLE, help: 'Pieces of a long video, a GPU each.' },
  colorMatch: { value: 'HOW', help: 'Keep windows at the colours: mkl, ...' },
  onShortVideo: { value: 'HOW', help: 'hold (default), loop or pingpong.' },
} satisfies OptionDefinitions

export const SAMPLING_OPTIONS = {
  ...MEMBERS,
  forceOffload: { help: 'Spare the GPU memory (default).' },
  noForceOffload: { help: 'Spend GPU memory on speed.' },
} satisfies OptionDefinitions

/** @throws AppError `usage` */
export function samplingMembers(
  options: OptionsOf<typeof SAMPLING_OPTIONS>,
): Record<string, unknown> {
  const { forceOffload, noForceOffload } = options
  if (forceOffload && noForceOffload) {
    throw new AppError('usage', 'Give one of --force-offload and --no-force-offload.')
  }
  const keys = Object.keys(MEMBERS) as (keyof typeof MEMBERS)[]
  const members = keys.map((key) => [
    optionName(key).replaceAll('-', '_'),
    options[key] === false ? undefined : options[key],
  ])
  const force_offload = forceOffload || noForceOffload ? forceOffload : undefined
  return withoutUndefined({ ...Object.fromEntries(members), force_offload })
}
