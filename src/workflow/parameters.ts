// The parameters of a workflow: the closed list that bindings name, with the kind of value that each one takes. Parameters that a
// request can set have the same name there.
import type { LoraSpec } from '@infinitetalk/contract'

export const PARAMETERS = {
  /** Files, by the name ComfyUI has given them: `subfolder/name.ext`. */
  image: 'text',
  video: 'text',
  audio: 'text',
  audio_2: 'text',
  /** Masks of the speakers: white on black; the third is everything else. */
  mask_1: 'text',
  mask_2: 'text',
  mask_background: 'text',
  prompt: 'text',
  negative_prompt: 'text',
  /** Whether prompt embeddings are cached on the disk of ComfyUI: only for prompts that recur. */
  text_cache: 'flag',
  width: 'number',
  height: 'number',
  /** Maximum number of audio frames. */
  num_frames: 'number',
  /** Maximum number of frames of the source video that are loaded. */
  video_frames: 'number',
  seed: 'number',
  steps: 'number',
  /** The first step for a video: earlier steps would have changed more of it. */
  start_step: 'number',
  cfg: 'number',
  shift: 'number',
  scheduler: 'text',
  audio_scale: 'number',
  audio_cfg_scale: 'number',
  /** Strength of the LoRA that is in the graph already. */
  lora_strength: 'number',
  /** Further LoRAs: bound to the input that takes the last one, e.g. `lora` of WanVideoModelLoader. */
  loras: 'loras',
  block_swap: 'number',
  attention: 'text',
  motion_frames: 'number',
  window_frames: 'number',
  color_match: 'text',
  force_offload: 'flag',
  tiled_vae: 'flag',
  crf: 'number',
  filename_prefix: 'text',
  /**
   * For a graph whose video is the sampler's frames as they are: the folder in which its node saves the frames of each window, instead
   * of giving the video.
   */
  frames_folder: 'text',
  /**
   * For a workflow that renders one window per run: the last frames of the previous window, the seconds by which the voice is
   * rotated so that it begins with the window, and the first frame and the file prefix of the frames that the next window begins
   * with.
   */
  previous_frames: 'text',
  audio_turn: 'number',
  handover_from: 'number',
  handover_prefix: 'text',
} as const

interface ValueOfKind {
  readonly text: string
  readonly number: number
  readonly flag: boolean
  readonly loras: readonly LoraSpec[]
}

export type ParameterName = keyof typeof PARAMETERS
export type ParameterValues = {
  readonly [Name in ParameterName]?: ValueOfKind[(typeof PARAMETERS)[Name]]
}

export const PARAMETER_NAMES = Object.keys(PARAMETERS) as readonly ParameterName[]

export function isParameterName(text: string): text is ParameterName {
  return Object.hasOwn(PARAMETERS, text)
}
