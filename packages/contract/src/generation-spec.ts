// The parsed form of every request: validated, with each default filled in or null.
import type { Source } from './source.ts'

export const INPUT_TYPES = ['image', 'video'] as const
export const PERSON_COUNTS = ['single', 'multi'] as const
export const SPEAKERS = ['left', 'right'] as const
/** The hub knows the engines (GET /v1/engines), so the contract accepts any name. */
export const ENGINE_NAME = /^[a-z][a-z0-9-]{0,31}$/
export const PRESETS = ['draft', 'balanced', 'quality'] as const
export const RESOLUTIONS = ['480p', '720p'] as const
export const FIT_MODES = ['crop', 'pad', 'face'] as const
export const COLOR_MATCHES = [
  'disabled',
  'mkl',
  'hm',
  'reinhard',
  'mvgd',
  'hm-mvgd-hm',
  'hm-mkl-hm',
] as const
export const SHORT_VIDEO_MODES = ['hold', 'loop', 'pingpong'] as const
/** How much a face does while it speaks. */
export const EXPRESSIVENESS = ['calm', 'natural', 'lively'] as const
/** How the words of a text are shown. */
export const CAPTIONS = ['burn', 'file'] as const
export const PRIORITIES = ['low', 'normal', 'high'] as const
export const WEBHOOK_EVENTS = ['job.succeeded', 'job.failed', 'job.canceled'] as const

export type InputType = (typeof INPUT_TYPES)[number]
export type PersonCount = (typeof PERSON_COUNTS)[number]
export type Speaker = (typeof SPEAKERS)[number]
export type Preset = (typeof PRESETS)[number]
export type Resolution = (typeof RESOLUTIONS)[number]
export type FitMode = (typeof FIT_MODES)[number]
export type ColorMatch = (typeof COLOR_MATCHES)[number]
export type ShortVideoMode = (typeof SHORT_VIDEO_MODES)[number]
export type Expressiveness = (typeof EXPRESSIVENESS)[number]
export type Captions = (typeof CAPTIONS)[number]
export type Priority = (typeof PRIORITIES)[number]
export type WebhookEvent = (typeof WEBHOOK_EVENTS)[number]

/** `[x, y, width, height]` as fractions of the image, origin at the top left. */
export type RelativeBox = readonly [x: number, y: number, width: number, height: number]

export interface VoiceSpec {
  readonly source: Source
  /** Side of the speaker in the image. */
  readonly speaker: Speaker
  /** Box of the speaker; null: the engine decides (left half, right half). */
  readonly box: RelativeBox | null
}

/** A turn of one speaker, in seconds of the sound. */
export interface Turn {
  readonly speaker: Speaker
  readonly fromSeconds: number
  readonly toSeconds: number
}

/** Two people in one sound, which is cut into a track for each. */
export interface DialogueSpec {
  /** Sorted, without overlaps. Empty until the sound of a script is made. */
  readonly turns: readonly Turn[]
  readonly boxes: Readonly<Record<Speaker, RelativeBox | null>>
}

/** Words that are shown for a time. */
export interface Cue extends Turn {
  readonly text: string
}

/** One speaker's words until the other one speaks. */
export interface ScriptLine {
  readonly speaker: Speaker
  readonly text: string
}

/** A text that is spoken. Its sound is made before the job exists; then it is the job's one voice. */
export interface ScriptSpec {
  readonly text: string
  readonly lines: readonly ScriptLine[]
  readonly voices: Readonly<Record<Speaker, string | null>>
  readonly language: string | null
  readonly box: RelativeBox | null
  /** null until the sound is made. */
  readonly spoken: SpokenScript | null
}

export interface SpokenScript {
  /** The server or the program that made the sound, in words. */
  readonly by: string
  /** Times follow the pauses of the sound, so they are approximate. */
  readonly cues: readonly Cue[]
}

export interface LoraSpec {
  readonly name: string
  readonly strength: number
}

export interface FaceSpec {
  /** Number from `infinitetalk faces`; null: the largest face. */
  readonly index: number | null
  /** Crop until the face fills a good part of the frame. */
  readonly crop: boolean
}

export interface WebhookSpec {
  readonly url: string
  readonly events: readonly WebhookEvent[]
}

export interface GenerationSpec {
  readonly inputType: InputType
  /** The image or the video, by `inputType`. */
  readonly visual: Source
  readonly personCount: PersonCount
  /** One voice, or two when `personCount` is `multi`. One for a dialogue; none for a script whose sound is not made yet. */
  readonly voices: readonly VoiceSpec[]
  /** Two people in one voice; absent for others, and in jobs of older versions. */
  readonly dialogue?: DialogueSpec
  /** The text of the voice; absent without one. */
  readonly script?: ScriptSpec
  /** Absent unless asked for. */
  readonly captions?: Captions
  /** null: the best engine that is ready. */
  readonly engine: string | null
  readonly workflow: string | null
  readonly preset: Preset
  /** As requested, before rounding; null: the bucket of `resolution` nearest to the aspect ratio. */
  readonly size: { readonly width: number; readonly height: number } | null
  readonly resolution: Resolution
  /** Requested width to height, e.g. `9:16`; null: that of the image. */
  readonly aspectRatio: string | null
  readonly fit: FitMode
  /** The part of the image that stands for the image; absent: all of it. */
  readonly crop?: RelativeBox
  /** One for the whole video, or one per window. */
  readonly prompts: readonly string[]
  readonly negativePrompt: string | null
  readonly maxFrames: number | null
  /** null: random, chosen when the job is planned. */
  readonly seed: number | null
  readonly steps: number | null
  readonly cfg: number | null
  readonly shift: number | null
  readonly scheduler: string | null
  readonly audioScale: number | null
  readonly audioCfgScale: number | null
  readonly loras: readonly LoraSpec[]
  readonly blockSwap: number | null
  readonly attention: string | null
  readonly motionFrames: number | null
  readonly windowFrames: number | null
  readonly equaliseWindows: boolean
  /** Maximum number of pieces that are rendered at the same time. Absent: one. */
  readonly pieces?: number
  readonly colorMatch: ColorMatch | null
  readonly forceOffload: boolean
  readonly onShortVideo: ShortVideoMode
  readonly face: FaceSpec
  readonly label: boolean
  readonly expressiveness: Expressiveness
  readonly priority: Priority
  readonly startWithinSeconds: number | null
  readonly deadlineSeconds: number | null
  readonly reuse: boolean
  readonly keep: boolean
  readonly metadata: Readonly<Record<string, string>>
  readonly webhook: WebhookSpec | null
  /** Wire names of the options that the caller set, without media. An engine that lacks one rejects it by this name. */
  readonly explicit: readonly OptionName[]
}

/** The options of a request by their wire names, in the order of the reference. */
export const OPTION_NAMES = [
  'input_type',
  'person_count',
  'engine',
  'workflow',
  'preset',
  'resolution',
  'width',
  'height',
  'aspect_ratio',
  'fit',
  'crop',
  'prompt',
  'negative_prompt',
  'max_frames',
  'seed',
  'steps',
  'cfg',
  'shift',
  'scheduler',
  'audio_scale',
  'audio_cfg_scale',
  'loras',
  'block_swap',
  'attention',
  'motion_frames',
  'window_frames',
  'equalise_windows',
  'pieces',
  'color_match',
  'force_offload',
  'on_short_video',
  'face',
  'label',
  'expressiveness',
  'captions',
  'priority',
  'start_within_s',
  'deadline_s',
  'reuse',
  'keep',
  'metadata',
  'webhook',
] as const

export type OptionName = (typeof OPTION_NAMES)[number]

export const DEFAULT_PROMPT = 'A person talking naturally'
