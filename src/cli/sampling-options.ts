// How an engine that samples is to do it, as options: rarely needed, so they are one table that maps each to the member of
// the request with its meaning. What they may be is judged by the parser of requests.
import { AppError } from '../domain/errors.ts'
import type { OptionDefinition, ParsedArguments } from './command.ts'
import { wholeNumber, withoutUndefined } from './request-options.ts'

interface SamplingOption extends OptionDefinition {
  readonly kind: 'text' | 'whole' | 'number' | 'flag'
}

const TABLE: readonly SamplingOption[] = [
  { name: 'preset', value: 'NAME', kind: 'text', help: 'draft, balanced (default) or quality.' },
  { name: 'negative-prompt', value: 'TEXT', kind: 'text', help: 'What the video must not show.' },
  { name: 'steps', value: 'N', kind: 'whole', help: 'Sampling steps of each window.' },
  { name: 'cfg', value: 'X', kind: 'number', help: 'How closely the prompt is followed.' },
  { name: 'shift', value: 'X', kind: 'number', help: 'Shift of the noise schedule.' },
  { name: 'scheduler', value: 'NAME', kind: 'text', help: 'Sampler, such as dpm++_sde or unipc.' },
  { name: 'audio-scale', value: 'X', kind: 'number', help: 'Strength of the voice.' },
  { name: 'audio-cfg-scale', value: 'X', kind: 'number', help: 'How closely lips follow it.' },
  { name: 'block-swap', value: 'N', kind: 'whole', help: 'Blocks kept off the GPU: less memory.' },
  { name: 'attention', value: 'NAME', kind: 'text', help: 'Attention kernel, such as sageattn.' },
  { name: 'window-frames', value: 'N', kind: 'whole', help: 'Frames of a window (default 81).' },
  { name: 'motion-frames', value: 'N', kind: 'whole', help: 'Frames windows share (default 9).' },
  { name: 'equalise-windows', kind: 'flag', help: 'Shorter, equal windows: less surplus.' },
  {
    name: 'color-match',
    value: 'HOW',
    kind: 'text',
    help: 'Keep windows at the colours: mkl, ...',
  },
  { name: 'on-short-video', value: 'HOW', kind: 'text', help: 'hold (default), loop or pingpong.' },
  { name: 'force-offload', kind: 'flag', help: 'Spare the GPU memory (default).' },
  { name: 'no-force-offload', kind: 'flag', help: 'Spend GPU memory on speed.' },
]

export const SAMPLING_OPTIONS: readonly OptionDefinition[] = TABLE

/** @throws AppError `usage` */
export function samplingMembers(given: ParsedArguments): Record<string, unknown> {
  const members = TABLE.filter(({ name }) => !name.endsWith('force-offload')).map((option) => [
    option.name.replaceAll('-', '_'),
    givenValue(option, given),
  ])
  return withoutUndefined({ ...Object.fromEntries(members), force_offload: offload(given) })
}

function givenValue({ name, kind }: SamplingOption, given: ParsedArguments): unknown {
  switch (kind) {
    case 'text':
      return given.text(name)
    case 'whole':
      return wholeNumber(given, name)
    case 'number':
      return decimalNumber(given, name)
    case 'flag':
      return given.flag(name) ? true : undefined
  }
}

function decimalNumber(given: ParsedArguments, name: string): number | undefined {
  const text = given.text(name)
  if (text === undefined) return undefined
  if (!/^-?\d{1,9}(\.\d{1,9})?$/.test(text)) {
    throw new AppError('usage', `--${name} needs a number, and "${text}" is not one.`)
  }
  return Number(text)
}

function offload(given: ParsedArguments): boolean | undefined {
  const wanted = given.flag('force-offload')
  const unwanted = given.flag('no-force-offload')
  if (wanted && unwanted) {
    throw new AppError('usage', '--force-offload and --no-force-offload cannot both be meant.')
  }
  return wanted || unwanted ? wanted : undefined
}
