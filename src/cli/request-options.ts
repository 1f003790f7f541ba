// The options for a video: the same for `generate` here and for `submit` and `estimate` at a hub. They become the body that the
// API takes, so one parser checks them all.
import type { OptionDefinitions, OptionsOf } from './command.ts'
import { WHOLE } from './option-kinds.ts'

export const VIDEO_OPTIONS = {
  prompt: {
    short: 'p',
    value: 'TEXT',
    help: 'What the video shows. The preview engine ignores it.',
  },
  width: {
    short: 'w',
    value: 'PIXELS',
    kind: WHOLE,
    help: 'Width, rounded down to a multiple of 16.',
  },
  height: {
    short: 'H',
    value: 'PIXELS',
    kind: WHOLE,
    help: 'Height, rounded down to a multiple of 16.',
  },
  resolution: { value: 'SIZE', help: '480p (default) or 720p, in the shape of the picture.' },
  aspectRatio: { value: 'W:H', help: 'Shape of the video, such as 9:16, with --resolution.' },
  fit: { value: 'HOW', help: 'Other shape than the picture: face (default), crop or pad.' },
  crop: {
    value: 'X,Y,W,H',
    help: 'Part of the picture to use, as fractions of it: 0.1,0,0.5,0.8.',
  },
  face: { value: 'N', kind: WHOLE, help: 'Which face speaks; "infinitetalk faces" lists them.' },
  faceCrop: { help: 'Zoom in on the face.' },
  label: { help: 'Burn a small caption in: AI-made preview.' },
  expressiveness: {
    value: 'HOW',
    help: 'How much a preview moves: calm, natural (default) or lively.',
  },
  maxFrames: { value: 'N', kind: WHOLE, help: 'At most this many frames (25 a second).' },
  seed: { value: 'N', kind: WHOLE, help: 'Same seed, same video. Random when not given.' },
} satisfies OptionDefinitions

/** The help of --engine differs between a hub and this machine, so each command declares it. */
type VideoOptions = OptionsOf<typeof VIDEO_OPTIONS> & {
  readonly engine: string | undefined
  readonly captions: string | undefined
}

export function videoMembers(options: VideoOptions): Record<string, unknown> {
  const { face, faceCrop } = options
  return withoutUndefined({
    prompt: options.prompt,
    width: options.width,
    height: options.height,
    resolution: options.resolution,
    aspect_ratio: options.aspectRatio,
    fit: options.fit,
    crop: options.crop === undefined ? undefined : options.crop.split(',').map(Number),
    face:
      face === undefined && !faceCrop
        ? undefined
        : withoutUndefined({ index: face, crop: faceCrop }),
    label: options.label ? true : undefined,
    expressiveness: options.expressiveness,
    max_frames: options.maxFrames,
    seed: options.seed,
    captions: options.captions,
    engine: options.engine,
  })
}

export function withoutUndefined<T>(members: Record<string, T | undefined>): Record<string, T> {
  const given = Object.entries(members).filter(
    (entry): entry is [string, T] => entry[1] !== undefined,
  )
  return Object.fromEntries(given)
}
