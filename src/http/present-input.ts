// The input of a job as the API shows it: the request with every default filled in, and facts about its media.
import type { SourceResource } from '@infinitetalk/contract'
import type { JobInput, JobSource } from '../domain/job.ts'

export function presentInput(input: JobInput): Record<string, unknown> {
  const voices = input.voices.map((voice) => ({
    ...presentSource(voice.source),
    ...(input.dialogue === undefined ? { speaker: voice.speaker } : {}),
    ...(voice.box === null ? {} : { box: voice.box }),
    ...presentText(input),
    ...presentTurns(input),
  }))
  return {
    [input.inputType]: presentSource(input.visual),
    audio: voices.length === 1 ? voices[0] : voices,
    person_count: input.personCount,
    engine: input.engine,
    workflow: input.workflow,
    preset: input.preset,
    ...presentSize(input),
    fit: input.fit,
    crop: input.crop ?? null,
    prompt: input.prompts.length === 1 ? input.prompts[0] : input.prompts,
    negative_prompt: input.negativePrompt,
    max_frames: input.maxFrames,
    seed: input.seed,
    steps: input.steps,
    cfg: input.cfg,
    shift: input.shift,
    scheduler: input.scheduler,
    audio_scale: input.audioScale,
    audio_cfg_scale: input.audioCfgScale,
    loras: input.loras,
    block_swap: input.blockSwap,
    attention: input.attention,
    motion_frames: input.motionFrames,
    window_frames: input.windowFrames,
    equalise_windows: input.equaliseWindows,
    pieces: input.pieces ?? null,
    color_match: input.colorMatch,
    force_offload: input.forceOffload,
    captions: input.captions ?? null,
    on_short_video: input.onShortVideo,
    face: input.face,
    label: input.label,
    expressiveness: input.expressiveness,
    start_within_s: input.startWithinSeconds,
    deadline_s: input.deadlineSeconds,
    reuse: input.reuse,
    keep: input.keep ?? false,
    webhook:
      input.webhook === null
        ? null
        : { url: withoutQuery(input.webhook.url), events: input.webhook.events },
  }
}

function presentText({ script }: JobInput): Record<string, unknown> {
  if (script === undefined) return {}
  const { text, voices, language, spoken } = script
  return {
    text,
    voice: voices.left === voices.right ? voices.left : [voices.left, voices.right],
    language,
    spoken_by: spoken?.by ?? null,
  }
}

function presentTurns({ dialogue }: JobInput): Record<string, unknown> {
  if (dialogue === undefined) return {}
  const turns = dialogue.turns.map(({ speaker, fromSeconds, toSeconds }) => ({
    speaker,
    from_s: fromSeconds,
    to_s: toSeconds,
  }))
  return { turns, boxes: dialogue.boxes }
}

function presentSize({ size, resolution, aspectRatio }: JobInput): Record<string, unknown> {
  return size === null
    ? { resolution, aspect_ratio: aspectRatio }
    : { width: size.width, height: size.height }
}

/** The query of a signed URL is a credential, which readers of the job need not have. */
export function withoutQuery(url: string): string {
  const at = url.search(/[?#]/)
  return at < 0 ? url : url.slice(0, at)
}

function presentSource(source: JobSource): SourceResource {
  if (source.kind === 'url') return { url: withoutQuery(source.url) }
  const { sha256, bytes, contentType, from, given } = source
  return {
    ...(from === 'file' && given !== null ? { file_id: given } : {}),
    ...(from === 'path' && given !== null ? { path: given } : {}),
    sha256,
    bytes,
    type: contentType,
  }
}
