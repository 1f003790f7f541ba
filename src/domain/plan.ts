// The order to an engine: everything is decided, and every input is checked and on this disk. planRender() builds it.
import type { FitMode, Size } from '@infinitetalk/arithmetic'
import type {
  Expressiveness,
  GenerationSpec,
  RelativeBox,
  ShortVideoMode,
  Speaker,
} from '@infinitetalk/contract'

/** A picture that this program decoded: an upright 8-bit sRGB PNG without alpha, safe for every engine. */
export interface StagedImage extends Size {
  readonly path: string
}

/** An input video; probed, not decoded as a whole yet. */
export interface StagedVideo extends Size {
  /** The original file, as the caller gave it. */
  readonly path: string
  /** Frames of the upright video track; counted, never read from a header. */
  readonly seconds: number
  readonly firstFrame: StagedImage
}

/** A voice, decoded to its end once: `seconds` was counted in samples, never read from a header. */
export interface StagedVoice {
  /** The original file, as the caller gave it: the sound of the finished video. */
  readonly path: string
  /** Headerless 16 kHz mono s16le samples of the whole voice, which drive the lips. Silence when it holds no speech. */
  readonly pcmPath: string
  readonly seconds: number
  /** The channel of the stereo sound that drives the lips; null for the mix of all, if they do not cancel out. */
  readonly channel: 0 | 1 | null
  /** False for silence, steady noise and tones. */
  readonly hasSpeech: boolean
}

export interface FaceChoice {
  /** The number of the face to animate, as `infinitetalk faces` lists it; null for the largest. */
  readonly index: number | null
  /** Zoom in until the face fills a good part of the picture. */
  readonly crop: boolean
}

/** A voice and its speaker. */
export interface PlannedVoice extends StagedVoice {
  readonly speaker: Speaker
  /** Where that person is in the picture; null: the engine decides. */
  readonly box: RelativeBox | null
}

/** The request's choices for an engine that samples; null: the preset decides. */
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
  | 'pieces'
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
  /** The sound of the finished video where it is not that of the voices: of a dialogue. */
  readonly soundPaths?: readonly string[]
  readonly size: Size
  readonly fit: FitMode
  /** Length of the finished video: that of the longest voice, cut to max_frames. */
  readonly seconds: number
  /** ceil(seconds * FPS): the video lasts as long as the audio, to within one frame. */
  readonly frames: number
  readonly seed: number
  readonly face: FaceChoice
  /** Burns a small caption into the picture: AI-made preview. */
  readonly label: boolean
  /** How far mouths open and heads move, on an engine that moves them itself. */
  readonly expressiveness: Expressiveness
  readonly sampling: SamplingChoices
}

/** The files that the finished video sounds like. */
export function soundPathsOf({ soundPaths, voices }: RenderPlan): readonly string[] {
  return soundPaths ?? voices.map(({ path }) => path)
}
