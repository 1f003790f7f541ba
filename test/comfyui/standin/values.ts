// The values between nodes: not tensors, only the facts that the lengths, sizes and pictures of the result depend on.

export interface Images {
  readonly kind: 'images'
  readonly width: number
  readonly height: number
  readonly frames: number
  /** A picture or video to draw; null: a plain colour. */
  readonly file: string | null
  /** Frames of a window graph: their look follows from all inputs of the window. */
  readonly drawn?: DrawnFrames
}

export interface DrawnFrames {
  readonly key: string
  /** The number within its window of the first frame. */
  readonly from: number
}

export interface Audio {
  readonly kind: 'audio'
  readonly seconds: number
  readonly sampleRate: number
  /** Mixed in parallel or one after the other. */
  readonly files: readonly string[]
  readonly mix: 'para' | 'add'
  /** The bytes of the file and how they were cut and joined; absent where no node needs them. */
  readonly trace?: string
}

export interface AudioFeatures {
  readonly kind: 'audio_features'
  readonly trace: string
}

export interface Sigmas {
  readonly kind: 'sigmas'
  readonly steps: number
}

/** One window for the next nodes of a window graph. */
export interface WindowLatent {
  readonly kind: 'window_latent'
  readonly width: number
  readonly height: number
  readonly frames: number
  readonly key: string
}

/** The output of node 194 for the voices. The sampler writes `ranOnce`, as the real one writes into its cached input. */
export interface AudioEmbeds {
  readonly kind: 'embeds'
  /** Frames of audio features: the only length the sampler knows. */
  readonly frames: number
  readonly speakers: number
  readonly hasMasks: boolean
  ranOnce: boolean
}

export interface ImageEmbeds {
  readonly kind: 'image_embeds'
  readonly width: number
  readonly height: number
  readonly windowFrames: number
  readonly motionFrames: number
  readonly forceOffload: boolean
  readonly outputPath: string
  readonly start: Images | null
}

/** A model with an unmerged LoRA reloads its weights for each window when it was offloaded. */
export interface Model {
  readonly kind: 'model'
  readonly unmergedLora: boolean
}

export interface Samples {
  readonly kind: 'samples'
  readonly images: Images
}

export interface VideoInfo {
  readonly kind: 'video_info'
  readonly numbers: readonly number[]
}

export interface Opaque {
  readonly kind: 'opaque'
}

export type Value =
  | Images
  | Audio
  | AudioEmbeds
  | ImageEmbeds
  | Model
  | Samples
  | VideoInfo
  | AudioFeatures
  | Sigmas
  | WindowLatent
  | Opaque
  | string
  | number
  | boolean
  | null

export const OPAQUE: Opaque = { kind: 'opaque' }

/** The value when it is of this kind. */
export function ofKind<Kind extends Exclude<Value, string | number | boolean | null>['kind']>(
  value: Value | undefined,
  kind: Kind,
): Extract<Value, { readonly kind: Kind }> | null {
  return typeof value === 'object' && value !== null && value.kind === kind
    ? (value as Extract<Value, { readonly kind: Kind }>)
    : null
}

export function toNumber(value: Value | undefined, fallback: number): number {
  const number = typeof value === 'string' || typeof value === 'number' ? Number(value) : Number.NaN
  return Number.isFinite(number) ? number : fallback
}

export function toText(value: Value | undefined, fallback = ''): string {
  return typeof value === 'string' ? value : fallback
}
