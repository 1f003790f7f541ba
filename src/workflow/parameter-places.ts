// The inputs of known nodes that take the value of a parameter, in graphs that people build from them. Data.
import type { ParameterName } from './parameters.ts'

export interface Place {
  readonly class: RegExp
  readonly input: string
  /** Only if it is the node that saves the video. */
  readonly of?: 'output'
  /** Binds, instead of this input, the loaders that its links lead back to: the `nth` of them, from 0, searching not past `not`. */
  readonly from?: {
    readonly class: RegExp
    readonly input: string
    readonly nth?: number
    readonly not?: RegExp
  }
  /** The input may be absent so far. */
  readonly isOptionalLink?: true
  /** Used only if no other place matches. */
  readonly isLastResort?: true
}

/** Nodes that save a video; a node that only shows one gives no result. */
export const OUTPUT_CLASSES = /^(VHS_VideoCombine|SaveVideo|SaveWEBM)$/

/** Nodes that hold one value, and the input that it is in. */
export const CONSTANT_INPUTS: ReadonlyMap<string, string> = new Map([
  ['INTConstant', 'value'],
  ['FloatConstant', 'value'],
  ['BOOLConstant', 'value'],
  ['StringConstant', 'string'],
  ['StringConstantMultiline', 'string'],
  ['PrimitiveInt', 'value'],
  ['PrimitiveFloat', 'value'],
  ['PrimitiveBoolean', 'value'],
  ['PrimitiveString', 'value'],
  ['PrimitiveStringMultiline', 'value'],
])

const WRAPPER_TALK = /^WanVideoImageToVideoMultiTalk$/
const TALK = /^(WanVideoImageToVideoMultiTalk|WanInfiniteTalkToVideo)$/
const VOICES = /^MultiTalkWav2VecEmbeds$/
const SAMPLER = /^WanVideoSampler(v2)?$/
const TEXT = /^WanVideoTextEncode(Cached)?$/
const RESIZE = /^(ImageResizeKJ(v2)?|ImageScale)$/
const NATIVE_TALK = /^WanInfiniteTalkToVideo$/
const LOAD_PICTURE = { class: /^LoadImage$/, input: 'image' }
const LOAD_VOICE = { class: /^(LoadAudio|VHS_LoadAudioUpload)$/, input: 'audio' }
const LOAD_MASK = { class: /^LoadImage(Mask)?$/, input: 'image' }
/** A zeroed conditioning is the other prompt. */
const LOAD_TEXT = { class: /^CLIPTextEncode$/, input: 'text', nth: 0, not: /^ConditioningZeroOut$/ }

export const PLACES: Readonly<Record<ParameterName, readonly Place[]>> = {
  image: [
    { class: TALK, input: 'start_image', from: LOAD_PICTURE },
    { ...LOAD_PICTURE, isLastResort: true },
  ],
  video: [
    { class: /^VHS_LoadVideo$/, input: 'video' },
    { class: /^LoadVideo$/, input: 'file' },
  ],
  audio: [
    { class: VOICES, input: 'audio_1', from: { ...LOAD_VOICE, nth: 0 } },
    { class: NATIVE_TALK, input: 'audio_encoder_output_1', from: LOAD_VOICE },
    { ...LOAD_VOICE, isLastResort: true },
  ],
  audio_2: [
    { class: VOICES, input: 'audio_2', from: { ...LOAD_VOICE, nth: 0 } },
    { class: NATIVE_TALK, input: 'mode.audio_encoder_output_2', from: LOAD_VOICE },
  ],
  mask_1: [
    { class: VOICES, input: 'ref_target_masks', from: { ...LOAD_MASK, nth: 0 } },
    { class: NATIVE_TALK, input: 'mode.mask_1', from: LOAD_MASK },
  ],
  mask_2: [
    { class: VOICES, input: 'ref_target_masks', from: { ...LOAD_MASK, nth: 1 } },
    { class: NATIVE_TALK, input: 'mode.mask_2', from: LOAD_MASK },
  ],
  mask_background: [{ class: VOICES, input: 'ref_target_masks', from: { ...LOAD_MASK, nth: 2 } }],
  prompt: [
    { class: TEXT, input: 'positive_prompt' },
    { class: NATIVE_TALK, input: 'positive', from: LOAD_TEXT },
    { class: /^KSampler$/, input: 'positive', from: LOAD_TEXT, isLastResort: true },
  ],
  negative_prompt: [
    { class: TEXT, input: 'negative_prompt' },
    { class: NATIVE_TALK, input: 'negative', from: LOAD_TEXT },
    { class: /^KSampler$/, input: 'negative', from: LOAD_TEXT, isLastResort: true },
  ],
  text_cache: [{ class: /^WanVideoTextEncodeCached$/, input: 'use_disk_cache' }],
  width: [
    { class: TALK, input: 'width' },
    { class: RESIZE, input: 'width' },
  ],
  height: [
    { class: TALK, input: 'height' },
    { class: RESIZE, input: 'height' },
  ],
  num_frames: [{ class: VOICES, input: 'num_frames' }],
  video_frames: [{ class: /^VHS_LoadVideo$/, input: 'frame_load_cap' }],
  seed: [
    { class: SAMPLER, input: 'seed' },
    { class: /^KSampler$/, input: 'seed' },
    { class: /^RandomNoise$/, input: 'noise_seed' },
  ],
  steps: [
    { class: SAMPLER, input: 'steps' },
    { class: /^WanVideoScheduler(v2)?$/, input: 'steps' },
    { class: /^(KSampler|BasicScheduler)$/, input: 'steps' },
  ],
  start_step: [
    { class: SAMPLER, input: 'start_step' },
    { class: /^WanVideoScheduler(v2)?$/, input: 'start_step' },
  ],
  cfg: [
    { class: SAMPLER, input: 'cfg' },
    { class: /^(KSampler|CFGGuider)$/, input: 'cfg' },
  ],
  shift: [
    { class: SAMPLER, input: 'shift' },
    { class: /^WanVideoScheduler(v2)?$/, input: 'shift' },
  ],
  scheduler: [
    { class: SAMPLER, input: 'scheduler' },
    { class: /^WanVideoScheduler(v2)?$/, input: 'scheduler' },
  ],
  audio_scale: [
    { class: VOICES, input: 'audio_scale' },
    { class: NATIVE_TALK, input: 'audio_scale' },
  ],
  audio_cfg_scale: [{ class: VOICES, input: 'audio_cfg_scale' }],
  lora_strength: [
    { class: /^WanVideoLoraSelect$/, input: 'strength' },
    { class: /^LoraLoaderModelOnly$/, input: 'strength_model' },
  ],
  loras: [{ class: /^WanVideoModelLoader$/, input: 'lora', isOptionalLink: true }],
  block_swap: [{ class: /^WanVideoBlockSwap$/, input: 'blocks_to_swap' }],
  attention: [{ class: /^WanVideoModelLoader$/, input: 'attention_mode' }],
  motion_frames: [
    { class: WRAPPER_TALK, input: 'motion_frame' },
    { class: NATIVE_TALK, input: 'motion_frame_count' },
  ],
  window_frames: [
    { class: WRAPPER_TALK, input: 'frame_window_size' },
    { class: NATIVE_TALK, input: 'length' },
  ],
  color_match: [{ class: WRAPPER_TALK, input: 'colormatch' }],
  force_offload: [
    { class: SAMPLER, input: 'force_offload' },
    { class: WRAPPER_TALK, input: 'force_offload' },
  ],
  tiled_vae: [{ class: WRAPPER_TALK, input: 'tiled_vae' }],
  crf: [{ class: /^VHS_VideoCombine$/, input: 'crf', of: 'output' }],
  filename_prefix: [{ class: OUTPUT_CLASSES, input: 'filename_prefix', of: 'output' }],
  // The node class does not show that nothing changes the frames behind it.
  frames_folder: [],
  // The node class does not show which inputs join two windows: a graph for single windows names them by hand.
  audio_turn: [],
  previous_frames: [],
  handover_from: [],
  handover_prefix: [],
}
