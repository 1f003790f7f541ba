// The wishes for a video as options: the same words for `generate` here and for `submit` and `estimate` at a hub, made into
// the body that the API takes, so that one parser judges them all.
import { AppError } from '../domain/errors.ts'
import type { OptionDefinition, ParsedArguments } from './command.ts'

export const VIDEO_OPTIONS: readonly OptionDefinition[] = [
  {
    name: 'prompt',
    short: 'p',
    value: 'TEXT',
    help: 'What the video shows. The preview engine ignores it.',
  },
  {
    name: 'width',
    short: 'w',
    value: 'PIXELS',
    help: 'Width, rounded down to a multiple of 16.',
  },
  {
    name: 'height',
    short: 'H',
    value: 'PIXELS',
    help: 'Height, rounded down to a multiple of 16.',
  },
  {
    name: 'resolution',
    value: 'SIZE',
    help: '480p (default) or 720p, in the shape of the picture.',
  },
  {
    name: 'aspect-ratio',
    value: 'W:H',
    help: 'Shape of the video, such as 9:16, with --resolution.',
  },
  {
    name: 'fit',
    value: 'HOW',
    help: 'Other shape than the picture: face (default), crop or pad.',
  },
  { name: 'face', value: 'N', help: 'Which face speaks; "infinitetalk faces" lists them.' },
  { name: 'face-crop', help: 'Zoom in on the face.' },
  { name: 'label', help: 'Burn a small caption in: AI-made preview.' },
  {
    name: 'expressiveness',
    value: 'HOW',
    help: 'How much a preview moves: calm, natural (default) or lively.',
  },
  { name: 'max-frames', value: 'N', help: 'At most this many frames (25 a second).' },
  { name: 'seed', value: 'N', help: 'Same seed, same video. Random when not given.' },
]

/** @throws AppError `usage` */
export function videoMembers(given: ParsedArguments): Record<string, unknown> {
  const faceIndex = wholeNumber(given, 'face')
  const face =
    faceIndex === undefined && !given.flag('face-crop')
      ? undefined
      : withoutUndefined({ index: faceIndex, crop: given.flag('face-crop') })
  return withoutUndefined({
    prompt: given.text('prompt'),
    width: wholeNumber(given, 'width'),
    height: wholeNumber(given, 'height'),
    resolution: given.text('resolution'),
    aspect_ratio: given.text('aspect-ratio'),
    fit: given.text('fit'),
    face,
    label: given.flag('label') ? true : undefined,
    expressiveness: given.text('expressiveness'),
    max_frames: wholeNumber(given, 'max-frames'),
    seed: wholeNumber(given, 'seed'),
    engine: given.text('engine'),
  })
}

/** @throws AppError `usage` */
export function wholeNumber(given: ParsedArguments, name: string): number | undefined {
  const text = given.text(name)
  if (text === undefined) return undefined
  if (!/^\d{1,15}$/.test(text)) {
    throw new AppError('usage', `--${name} needs a whole number, and "${text}" is not one.`)
  }
  return Number(text)
}

export function withoutUndefined(members: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined))
}
