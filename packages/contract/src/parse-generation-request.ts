// Parses any body, structured or flat, bare or in an envelope, to one GenerationSpec or a list of all its problems. Never
// throws; opens, fetches and decodes nothing.
import { findTooBroad, limitProblems } from './breadth.ts'
import { unwrapEnvelope } from './envelope.ts'
import { type GenerationRequestSchema, generationRequestSchema } from './generation-request.ts'
import {
  DEFAULT_PROMPT,
  type FaceSpec,
  type GenerationSpec,
  OPTION_NAMES,
  WEBHOOK_EVENTS,
  type WebhookSpec,
} from './generation-spec.ts'
import type { RequestProblem } from './problems.ts'
import { DEFAULT_REQUEST_BOUNDS, type RequestBounds } from './request-bounds.ts'
import { type RequestMedia, readMedia } from './request-media.ts'
import { type ReadMembers, type RequestMembers, readMembers } from './request-members.ts'
import { readSize } from './request-size.ts'
import type { Source } from './source.ts'
import { invalid } from './zod-problems.ts'

export type GenerationRequestResult =
  | { readonly ok: true; readonly spec: GenerationSpec }
  | { readonly ok: false; readonly problems: readonly RequestProblem[] }

export type GenerationRequestParser = (body: unknown) => GenerationRequestResult

/** Building the schema takes milliseconds, so make one parser and keep it. The limits of the hub can be passed as bounds. */
export function createGenerationRequestParser(
  bounds: RequestBounds = DEFAULT_REQUEST_BOUNDS,
): GenerationRequestParser {
  const schema = generationRequestSchema(bounds)
  return (body) => parse(body, schema, bounds)
}

function parse(
  sent: unknown,
  schema: GenerationRequestSchema,
  bounds: RequestBounds,
): GenerationRequestResult {
  const tooBroad = findTooBroad(sent)
  if (tooBroad !== null) return { ok: false, problems: [tooBroad] }
  const { body, pointer, problems } = unwrapEnvelope(sent)
  if (body === null) return { ok: false, problems }
  const result = parseBody(body, schema, bounds)
  if (result.ok) return problems.length === 0 ? result : { ok: false, problems }
  const inside = result.problems.map((one) => ({ ...one, pointer: `${pointer}${one.pointer}` }))
  return { ok: false, problems: limitProblems([...problems, ...inside]) }
}

function parseBody(
  body: Readonly<Record<string, unknown>>,
  schema: GenerationRequestSchema,
  bounds: RequestBounds,
): GenerationRequestResult {
  const read = readMembers(body, schema)
  const media = readMedia(read, bounds)
  const size = readSize(read, media, bounds)
  const problems = [
    ...read.problems,
    ...media.problems,
    ...size.problems,
    ...findFrameProblems(read.members),
    ...findCropProblems(read.members, media),
  ]
  const { visual } = media
  if (problems.length > 0 || visual === null) return { ok: false, problems }
  return { ok: true, spec: buildSpec(read, { ...media, visual }, size.size) }
}

function buildSpec(
  read: ReadMembers,
  media: RequestMedia & { readonly visual: Source },
  size: GenerationSpec['size'],
): GenerationSpec {
  const { members } = read
  return {
    inputType: media.inputType,
    visual: media.visual,
    personCount: media.personCount,
    voices: media.voices,
    ...(media.dialogue === undefined ? {} : { dialogue: media.dialogue }),
    ...(media.script === undefined ? {} : { script: media.script }),
    ...(members.captions === undefined ? {} : { captions: members.captions }),
    engine: members.engine ?? null,
    workflow: members.workflow ?? null,
    preset: members.preset ?? 'balanced',
    size,
    resolution: members.resolution ?? '480p',
    aspectRatio: members.aspect_ratio ?? null,
    fit: members.fit ?? 'face',
    ...(members.crop === undefined ? {} : { crop: members.crop }),
    prompts: readPrompts(members),
    negativePrompt: members.negative_prompt ?? null,
    maxFrames: members.max_frames ?? members.max_frame ?? null,
    seed: members.seed ?? null,
    steps: members.steps ?? null,
    cfg: members.cfg ?? null,
    shift: members.shift ?? null,
    scheduler: members.scheduler ?? null,
    audioScale: members.audio_scale ?? null,
    audioCfgScale: members.audio_cfg_scale ?? null,
    loras: (members.loras ?? []).map(({ name, strength }) => ({ name, strength: strength ?? 1 })),
    blockSwap: members.block_swap ?? null,
    attention: members.attention ?? null,
    motionFrames: members.motion_frames ?? null,
    windowFrames: members.window_frames ?? null,
    equaliseWindows: members.equalise_windows ?? false,
    ...(members.pieces == null ? {} : { pieces: members.pieces }),
    colorMatch: members.color_match ?? null,
    forceOffload: members.force_offload ?? true,
    onShortVideo: members.on_short_video ?? 'hold',
    face: readFace(members),
    label: members.label ?? false,
    expressiveness: members.expressiveness ?? 'natural',
    priority: members.priority ?? 'normal',
    startWithinSeconds: members.start_within_s ?? null,
    deadlineSeconds: members.deadline_s ?? null,
    reuse: members.reuse ?? false,
    keep: members.keep ?? false,
    metadata: members.metadata ?? {},
    webhook: readWebhook(members),
    explicit: readExplicit(read),
  }
}

function readPrompts({ prompt }: RequestMembers): readonly string[] {
  if (prompt === undefined) return [DEFAULT_PROMPT]
  return typeof prompt === 'string' ? [prompt] : prompt
}

function readFace({ face }: RequestMembers): FaceSpec {
  if (typeof face === 'number') return { index: face, crop: false }
  return { index: face?.index ?? null, crop: face?.crop ?? false }
}

function readWebhook({ webhook }: RequestMembers): WebhookSpec | null {
  if (webhook === undefined) return null
  return { url: webhook.url, events: webhook.events ?? WEBHOOK_EVENTS }
}

function findCropProblems(
  { crop }: RequestMembers,
  { inputType }: RequestMedia,
): readonly RequestProblem[] {
  if (crop === undefined || inputType === 'image') return []
  return [invalid(['crop'], 'cuts an image; a video is used whole')]
}

function readExplicit({ given }: ReadMembers): GenerationSpec['explicit'] {
  return OPTION_NAMES.filter(
    (name) => given.has(name) || (name === 'max_frames' && given.has('max_frame')),
  )
}

function findFrameProblems(members: RequestMembers): RequestProblem[] {
  const problems: RequestProblem[] = []
  const {
    max_frame: alias,
    max_frames: cap,
    window_frames: window,
    motion_frames: motion,
  } = members
  if (alias !== undefined && cap !== undefined && alias !== cap) {
    const message = `max_frame is ${alias} but max_frames is ${cap}: they are one parameter, give one of them.`
    problems.push({ pointer: '/max_frame', code: 'input_ambiguous', message })
  }
  if (window !== undefined && motion !== undefined && window <= motion) {
    problems.push(
      invalid(['window_frames'], `is ${window} but must be more than motion_frames (${motion})`),
    )
  }
  return problems
}
