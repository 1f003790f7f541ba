// What a workflow may be given: the closed list of parameters that bindings name, and what kind of value each one takes.
// Those that a request can set have the same name there.
import type { LoraSpec } from '@infinitetalk/contract'

export const PARAMETERS = {
  /** Files, by the name ComfyUI has given them: `subfolder/name.ext`. */
  image: 'text',
  video: 'text',
  audio: 'text',
  audio_2: 'text',
  /** Where the speakers are: white on black; the third is everything else. */
  mask_1: 'text',
  mask_2: 'text',
  mask_background: 'text',
  prompt: 'text',
  negative_prompt: 'text',
  /** Whether the meaning of the prompts is kept on the disk of ComfyUI: only of those that come again. */
  text_cache: 'flag',
  width: 'number',
  height: 'number',
  /** Frames of audio that are looked at, at most. */
  num_frames: 'number',
  /** Frames of the source video that are loaded, at most. */
  video_frames: 'number',
  seed: 'number',
  steps: 'number',
  /** The step a video begins at: what comes before would have changed more of it. */
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
   * Of a workflow that renders one window a run: the last frames of the window before, the seconds by which the voice is turned so
   * that it begins with the window, and the first frame and the name of what the next window begins with.
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
