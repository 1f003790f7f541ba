// The order to an engine: everything decided, every input checked and on this disk. Built by planRender().
import type { FitMode, Size } from '@infinitetalk/arithmetic'
import type {
  Expressiveness,
  GenerationSpec,
  RelativeBox,
  ShortVideoMode,
  Speaker,
} from '@infinitetalk/contract'

/** A picture this program decoded itself: 8-bit sRGB PNG without alpha, turned upright, safe to hand to any engine. */
export interface StagedImage extends Size {
  readonly path: string
}

/** A video whose lips are to be set anew; looked at, not yet decoded as a whole. */
export interface StagedVideo extends Size {
  /** The original file, as the caller gave it. */
  readonly path: string
  /** Turned upright, like `width` and `height`. Of the video track; counted, never read from a header. */
  readonly seconds: number
  readonly firstFrame: StagedImage
}

/** A voice, decoded to its end once: `seconds` was counted in samples, never read from a header. */
export interface StagedVoice {
  /** The original file, as the caller gave it: what the video will carry. */
  readonly path: string
  /** Headerless 16 kHz mono s16le samples of the whole voice, which drive the lips. Silence when it holds no speech. */
  readonly pcmPath: string
  readonly seconds: number
  /** The channel of the file, brought to stereo, that drives the lips; null for the mix of all, in which nothing cancels. */
  readonly channel: 0 | 1 | null
  /** False for silence, steady noise and tones. */
  readonly hasSpeech: boolean
}

export interface FaceChoice {
  /** Which face to animate, as numbered by `infinitetalk faces`; null takes the largest. */
  readonly index: number | null
  /** Zoom in until the face fills a good part of the picture. */
  readonly crop: boolean
}

/** A voice and who speaks with it. */
export interface PlannedVoice extends StagedVoice {
  readonly speaker: Speaker
  /** Where that person is in the picture; null leaves it to the engine. */
  readonly box: RelativeBox | null
}

/** The request's choices for an engine that samples; null leaves a choice to the preset. */
export type SamplingChoices = Pick<
  GenerationSpec,
  | 'workflow'
  | 'preset'
  | 'prompts'
  | 'negativePrompt'
  | 'steps'
  | 'cfg'
  | 'shift'
  | 'scheduler'
  | 'audioScale'
  | 'audioCfgScale'
  | 'loras'
  | 'blockSwap'
  | 'attention'
  | 'motionFrames'
  | 'windowFrames'
  | 'equaliseWindows'
  | 'colorMatch'
  | 'forceOffload'
>

export interface RenderPlan {
  /** The portrait; for a video its first frame. */
  readonly image: StagedImage
  /** null when a portrait is animated. */
  readonly video: StagedVideo | null
  /** The handling of a video that is shorter than the audio. */
  readonly onShortVideo: ShortVideoMode
  readonly voices: readonly PlannedVoice[]
  readonly size: Size
  readonly fit: FitMode
  /** Length of the finished video: that of the longest voice, less what max_frames cuts off. */
  readonly seconds: number
  /** ceil(seconds * FPS): the video lasts as long as the audio, to within one frame. */
  readonly frames: number
  readonly seed: number
  readonly face: FaceChoice
  /** Burn a small caption into the picture that says that it is an AI-made preview. */
  readonly label: boolean
  /** How far mouths open and heads move, on an engine that moves them itself. */
  readonly expressiveness: Expressiveness
  readonly sampling: SamplingChoices
}
