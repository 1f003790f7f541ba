// The choices besides the media, and the request that they become.
import type { GenerationRequest } from '@infinitetalk/contract'
import type { RelativeBox } from '../picture/speaker-box.tsx'

/** `picture`: the shape of the picture itself. */
export const SHAPES = ['picture', '1:1', '4:5', '9:16', '16:9'] as const
export type Shape = (typeof SHAPES)[number]

export interface Options {
  readonly prompt: string
  readonly shape: Shape
  readonly resolution: NonNullable<GenerationRequest['resolution']>
  readonly fit: NonNullable<GenerationRequest['fit']>
  /** null: drawn by the hub. */
  readonly seed: number | null
  /** null: the hub's choice. */
  readonly engine: GenerationRequest['engine']
  readonly preset: GenerationRequest['preset']
  readonly speakers: 1 | 2
  /** The boxes of the two speakers; empty: the left and the right half. */
  readonly boxes: readonly RelativeBox[]
  /** Index of the face that talks; 0 is the largest. */
  readonly face: number
  /** The values set in the drawer, by wire name. */
  readonly advanced: Readonly<Record<string, unknown>>
}

export const DEFAULT_OPTIONS: Options = {
  prompt: '',
  shape: 'picture',
  resolution: '480p',
  fit: 'face',
  seed: null,
  engine: null,
  preset: null,
  speakers: 1,
  boxes: [],
  face: 0,
  advanced: {},
}

/** The request, with only the values that were set: the hub chooses the others. */
export function optionMembers(options: Options): GenerationRequest {
  const { prompt, shape, resolution, fit, seed, engine, preset, face, advanced } = options
  const { width, height } = advanced
  const sized = width !== undefined || height !== undefined
  return {
    ...(sized ? {} : { resolution, ...(shape === 'picture' ? {} : { aspect_ratio: shape }) }),
    ...(fit === DEFAULT_OPTIONS.fit ? {} : { fit }),
    ...(prompt.trim() === '' ? {} : { prompt: prompt.trim() }),
    ...(seed === null ? {} : { seed }),
    ...(engine == null ? {} : { engine }),
    ...(preset == null ? {} : { preset }),
    ...(face === 0 || options.speakers === 2 ? {} : { face }),
    ...advanced,
  }
}
