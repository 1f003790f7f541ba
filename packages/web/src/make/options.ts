// The choices besides the media, and the request that they become.
import type { GenerationRequest, SpeechRequest } from '@infinitetalk/contract'
import type { Placing, RelativeBox } from '../picture/placing.ts'
import type { Stretch } from '../sound/turns.ts'

/** `picture`: the shape of the picture itself. */
export const SHAPES = ['picture', '1:1', '4:5', '9:16', '16:9'] as const
export type Shape = (typeof SHAPES)[number]

export const VARIANTS = [1, 2, 3, 4] as const
export type Variants = (typeof VARIANTS)[number]

/** A text that is spoken instead of a sound. */
export interface Script {
  readonly text: string
  /** As the speech server or program names it; empty: its default. */
  readonly voice: string
  /** Empty: that of the voice. */
  readonly language: string
  /** Burned into the picture; the player shows them anyway. */
  readonly captions: boolean
}

export const EMPTY_SCRIPT: Script = { text: '', voice: '', language: '', captions: false }

export interface Options {
  /** null: the voice is a sound. */
  readonly script: Script | null
  readonly prompt: string
  readonly shape: Shape
  readonly resolution: NonNullable<GenerationRequest['resolution']>
  readonly fit: NonNullable<GenerationRequest['fit']>
  /** null: drawn by the hub. */
  readonly seed: number | null
  /** null: the hub's choice. */
  readonly engine: GenerationRequest['engine']
  readonly preset: GenerationRequest['preset']
  /** Videos at once, each with a seed of its own. */
  readonly variants: Variants
  readonly speakers: 1 | 2
  /** Both speak in one recording. */
  readonly together: boolean
  /** Its turns: who speaks when; null: as the pauses suggest. */
  readonly stretches: readonly Stretch[] | null
  /** The boxes of the two speakers; empty: around their faces, or the left and the right half. */
  readonly boxes: readonly RelativeBox[]
  /** Index of the face that talks; 0 is the largest. */
  readonly face: number
  /** Zoom in until the face fills a good part of the frame. */
  readonly cropToFace: boolean
  /** Where the frame was put by hand; null: the hub places it. */
  readonly placing: Placing | null
  /** The values set in the drawer, by wire name. */
  readonly advanced: Readonly<Record<string, unknown>>
}

export const DEFAULT_OPTIONS: Options = {
  script: null,
  prompt: '',
  shape: 'picture',
  resolution: '480p',
  fit: 'face',
  seed: null,
  engine: null,
  preset: null,
  variants: 1,
  speakers: 1,
  together: false,
  stretches: null,
  boxes: [],
  face: 0,
  cropToFace: false,
  placing: null,
  advanced: {},
}

/** The request, with only the values that were set: the hub chooses the others. */
export function optionMembers(options: Options): GenerationRequest {
  const { prompt, shape, resolution, fit, seed, engine, preset, advanced, placing } = options
  const { width, height } = advanced
  const sized = width !== undefined || height !== undefined
  return {
    ...(sized ? {} : { resolution, ...(shape === 'picture' ? {} : { aspect_ratio: shape }) }),
    // A frame that was put by hand has the shape of the video.
    ...(fit === DEFAULT_OPTIONS.fit || placing !== null ? {} : { fit }),
    ...(prompt.trim() === '' ? {} : { prompt: prompt.trim() }),
    ...(seed === null ? {} : { seed }),
    ...(engine == null ? {} : { engine }),
    ...(preset == null ? {} : { preset }),
    ...(options.script?.captions === true ? { captions: 'burn' as const } : {}),
    ...advanced,
  }
}

/** The voice of a request whose voice is a text. */
export function scriptMember({
  text,
  voice,
  language,
}: Script): Pick<SpeechRequest, 'text' | 'voice' | 'language'> {
  return {
    text: text.trim(),
    ...(voice.trim() === '' ? {} : { voice: voice.trim() }),
    ...(language.trim() === '' ? {} : { language: language.trim() }),
  }
}
