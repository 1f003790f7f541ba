// Writes a plan as a request that every hub of ours, and the services of the first clients, understand: the flat members of the
// simple API, plus only the members that were really chosen. Pure.
import type { RelativeBox } from '@infinitetalk/contract'
import type { PlannedVoice, RenderPlan, SamplingChoices } from '../../domain/plan.ts'
import type { CloudInput } from './cloud-service.ts'

export type InputForm = 'base64' | 'url'

export interface CarriedMedia {
  readonly form: InputForm
  /** The base64 text or the URL of the picture, or of the video that is dubbed. */
  readonly visual: string
  readonly voices: readonly string[]
  readonly boxes: readonly (RelativeBox | null)[]
}

export function describeRender(plan: RenderPlan, media: CarriedMedia): CloudInput {
  const { video, voices, size, seed, sampling } = plan
  return {
    input_type: video === null ? 'image' : 'video',
    person_count: voices.length > 1 ? 'multi' : 'single',
    ...mediaMembers(plan, media),
    width: size.width,
    height: size.height,
    seed,
    ...samplingMembers(sampling),
  }
}

/** The flat form cannot say which speaker is where: voices use the structured form as soon as that is known. */
function mediaMembers({ video, voices }: RenderPlan, media: CarriedMedia): CloudInput {
  const { form, visual, boxes } = media
  const medium = video === null ? 'image' : 'video'
  const isPlain = boxes.every((box) => box === null) && (voices.length < 2 || isLeftFirst(voices))
  if (!isPlain) {
    const audio = voices.map(({ speaker }, index) => {
      const box = boxes[index] ?? null
      return { [form]: media.voices[index], speaker, ...(box === null ? {} : { box }) }
    })
    return { [medium]: { [form]: visual }, audio: audio.length === 1 ? audio[0]! : audio }
  }
  const [first, second] = media.voices
  return {
    [`${medium}_${form}`]: visual,
    [`wav_${form}`]: first,
    ...(second === undefined ? {} : { [`wav_${form}_2`]: second }),
  }
}

/** In the flat form. */
function isLeftFirst(voices: readonly PlannedVoice[]): boolean {
  return voices[0]?.speaker === 'left'
}

function samplingMembers(sampling: SamplingChoices): CloudInput {
  const { prompts, preset, loras, equaliseWindows, forceOffload } = sampling
  return {
    prompt: prompts.length === 1 ? prompts[0] : prompts,
    force_offload: forceOffload,
    ...(preset === 'balanced' ? {} : { preset }),
    ...(loras.length === 0 ? {} : { loras }),
    ...(equaliseWindows ? { equalise_windows: true } : {}),
    ...given({
      workflow: sampling.workflow,
      negative_prompt: sampling.negativePrompt,
      steps: sampling.steps,
      cfg: sampling.cfg,
      shift: sampling.shift,
      scheduler: sampling.scheduler,
      audio_scale: sampling.audioScale,
      audio_cfg_scale: sampling.audioCfgScale,
      block_swap: sampling.blockSwap,
      attention: sampling.attention,
      motion_frames: sampling.motionFrames,
      window_frames: sampling.windowFrames,
      color_match: sampling.colorMatch,
    }),
  }
}

function given(members: CloudInput): CloudInput {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null))
}
