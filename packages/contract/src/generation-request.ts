// The body of POST /v1/jobs and of every other way in: one strict schema of the structured members and the simple API's
// flat ones. It types, bounds and documents each member; what members mean together is decided in parse-generation-request.ts.
import { z } from 'zod'
import { MAX_ENTRIES } from './breadth.ts'
import { FLAT_SOURCES, type FlatSourceName } from './flat-request.ts'
import {
  COLOR_MATCHES,
  DEFAULT_PROMPT,
  ENGINE_NAME,
  EXPRESSIVENESS,
  FIT_MODES,
  INPUT_TYPES,
  PERSON_COUNTS,
  PRESETS,
  PRIORITIES,
  RESOLUTIONS,
  SHORT_VIDEO_MODES,
  SPEAKERS,
  WEBHOOK_EVENTS,
} from './generation-spec.ts'
import { plainText } from './plain-text.ts'
import { maxFramesBound, type RequestBounds } from './request-bounds.ts'
import { ONE_FORM, sourceFormSchemas } from './source.ts'

export type GenerationRequestSchema = ReturnType<typeof generationRequestSchema>
/** The body as a client writes it. */
export type GenerationRequest = z.input<GenerationRequestSchema>

const MAX_LORAS = 8
/** Wan 2.1 14B has 40 transformer blocks; node WanVideoBlockSwap allows 48. */
const MAX_BLOCK_SWAP = 48
const METADATA_MAX_KEYS = 16
const METADATA_MAX_CHARS = 512
const WEBHOOK_URL_MAX_CHARS = 2048
const WEEK_S = 7 * 24 * 3600

export function generationRequestSchema(bounds: RequestBounds) {
  return z
    .strictObject({
      ...mediaMembers(bounds),
      ...outputMembers(bounds),
      ...samplingMembers(),
      ...jobMembers(),
      ...flatSourceMembers(bounds),
    })
    .meta({
      title: 'GenerationRequest',
      description:
        'A picture (or a video) and a voice go in, a talking video comes out. A member that is null counts as left out.',
    })
}

function mediaMembers(bounds: RequestBounds) {
  const source = z.strictObject(sourceForms(bounds)).meta({ id: 'Source', ...ONE_FORM })
  const voice = z
    .strictObject({
      ...sourceForms(bounds),
      speaker: z.enum(SPEAKERS).nullish().describe('Whose voice it is, as seen in the picture.'),
      box: relativeBox()
        .nullish()
        .describe('Where that person is: [x, y, width, height] as fractions of the picture.'),
    })
    .meta({ id: 'Voice', ...ONE_FORM })
  return {
    image: source.nullish().describe('The portrait to animate.'),
    video: source.nullish().describe('The video whose lips are set to the audio.'),
    audio: z
      .union([voice, z.array(voice).min(1).max(2)])
      .nullish()
      .describe('The voice, or a list of two.'),
    input_type: z
      .enum(INPUT_TYPES)
      .nullish()
      .describe('Default: what is given; "image" in the simple form.'),
    person_count: z
      .enum(PERSON_COUNTS)
      .nullish()
      .describe('Default: "multi" when two voices are given.'),
  }
}

function outputMembers(bounds: RequestBounds) {
  const side = z.int().min(bounds.outputMinSide).max(bounds.outputMaxSide).nullish()
  const prompt = plainText(bounds.promptMaxChars)
  const frames = z.int().min(1).max(maxFramesBound(bounds)).nullish()
  return {
    resolution: z.enum(RESOLUTIONS).nullish().meta({
      description: 'The model bucket nearest to the shape of the video.',
      default: '480p',
    }),
    width: side.describe('Pixels; rounded down to a multiple of 16. Goes with "height".'),
    height: side.describe('Pixels; rounded down to a multiple of 16. Goes with "width".'),
    aspect_ratio: z
      .string()
      .regex(/^[1-9]\d{0,3}:[1-9]\d{0,3}$/, 'must be two whole numbers such as "9:16"')
      .nullish()
      .describe('Width to height, e.g. "9:16". Default: that of the picture.'),
    fit: z.enum(FIT_MODES).nullish().meta({
      description:
        'A picture of another shape is cut around the face, cut in the middle, or gets bars.',
      default: 'face',
    }),
    prompt: z
      .union([prompt, z.array(prompt).min(1).max(MAX_ENTRIES)])
      .nullish()
      .meta({ description: 'One text, or one per window.', default: DEFAULT_PROMPT }),
    negative_prompt: prompt.nullish().describe('What the video must not show.'),
    max_frames: frames.describe('Cuts the video (25 frames a second) and its audio.'),
    max_frame: frames.describe('The same as "max_frames".'),
    face: z
      .union([
        faceIndex(),
        z.strictObject({ index: faceIndex().nullish(), crop: z.boolean().nullish() }),
      ])
      .nullish()
      .describe('Which face to animate, and whether to zoom in on it. Default: the largest.'),
    label: z
      .boolean()
      .nullish()
      .meta({ description: 'Burn in a small caption: AI-made.', default: false }),
    expressiveness: z.enum(EXPRESSIVENESS).nullish().meta({
      description: 'How far the preview engine opens mouths and moves heads.',
      default: 'natural',
    }),
    on_short_video: z.enum(SHORT_VIDEO_MODES).nullish().meta({
      description: 'What to do when the video is shorter than the audio.',
      default: 'hold',
    }),
  }
}

function samplingMembers() {
  return {
    engine: z
      .string()
      .regex(ENGINE_NAME, 'must be the name of an engine')
      .nullish()
      .describe('One of GET /v1/engines. Default: the one that the hub prefers.'),
    workflow: listedName().nullish().describe('A graph of the hub, by name.'),
    preset: z.enum(PRESETS).nullish().meta({
      description: 'Speed against quality; single options below win over it.',
      default: 'balanced',
    }),
    seed: z.int().min(0).nullish().describe('Default: drawn at random, and told in the result.'),
    steps: z.int().min(1).max(100).nullish().describe('Sampling steps of each window.'),
    cfg: z.number().min(0).max(30).nullish().describe('How closely the prompt is followed.'),
    shift: z.number().min(0).max(1000).nullish().describe('Shift of the noise schedule.'),
    scheduler: listedName().nullish().describe('Sampler, by the name the engine lists.'),
    audio_scale: z
      .number()
      .min(0)
      .max(100)
      .nullish()
      .describe('Strength of the voice on the picture.'),
    audio_cfg_scale: z
      .number()
      .min(0)
      .max(100)
      .nullish()
      .describe('How closely the lips follow the voice.'),
    loras: z
      .array(
        z.strictObject({
          name: loraName(),
          strength: z.number().min(-10).max(10).nullish().meta({ default: 1 }),
        }),
      )
      .max(MAX_LORAS)
      .nullish()
      .describe('LoRA files the engine lists, with their strength.'),
    block_swap: z
      .int()
      .min(0)
      .max(MAX_BLOCK_SWAP)
      .nullish()
      .describe('Model blocks kept in main memory: less GPU memory, slower.'),
    attention: listedName().nullish().describe('Attention kernel, by the name the engine lists.'),
    motion_frames: fourKPlusOne(5, 33).describe('Frames a window shares with the one before.'),
    window_frames: fourKPlusOne(9, 241).describe('Frames of a window; more than "motion_frames".'),
    equalise_windows: z.boolean().nullish().meta({
      description: 'Windows of equal, shorter length instead of a mostly empty last one.',
      default: false,
    }),
    color_match: z
      .enum(COLOR_MATCHES)
      .nullish()
      .describe('How windows are kept at the colours of the picture.'),
    force_offload: z.boolean().nullish().meta({
      description: 'Trades speed for GPU memory.',
      default: true,
    }),
  }
}

function jobMembers() {
  const seconds = z.number().positive().max(WEEK_S).nullish()
  const metadataText = plainText(METADATA_MAX_CHARS)
  return {
    priority: z
      .enum(PRIORITIES)
      .nullish()
      .meta({ description: 'Which waiting jobs go first.', default: 'normal' }),
    start_within_s: seconds.describe('Fail when the work has not begun after so many seconds.'),
    deadline_s: seconds.describe('Fail when the work has not ended after so many seconds.'),
    reuse: z.boolean().nullish().meta({
      description: 'Answer with the finished video of an identical request, if there is one.',
      default: false,
    }),
    metadata: z
      .record(metadataText.min(1), metadataText)
      .refine((metadata) => Object.keys(metadata).length <= METADATA_MAX_KEYS, {
        error: `must have at most ${METADATA_MAX_KEYS} keys`,
      })
      .nullish()
      .meta({
        description: 'Your own texts, given back with the job.',
        maxProperties: METADATA_MAX_KEYS,
      }),
    webhook: z
      .strictObject({
        url: plainText(WEBHOOK_URL_MAX_CHARS).min(1),
        events: z.array(z.enum(WEBHOOK_EVENTS)).min(1).max(WEBHOOK_EVENTS.length).nullish(),
      })
      .nullish()
      .describe('Who is told when the job ends, and of which ends.'),
  }
}

function flatSourceMembers(bounds: RequestBounds) {
  const forms = sourceFormSchemas(bounds)
  const members = FLAT_SOURCES.map(({ name, form, meaning }) => [
    name,
    forms[form].nullish().describe(`Simple form of ${meaning}.`),
  ])
  return Object.fromEntries(members) as Record<
    FlatSourceName,
    z.ZodOptional<z.ZodNullable<z.ZodString>>
  >
}

function sourceForms(bounds: RequestBounds) {
  const forms = sourceFormSchemas(bounds)
  return {
    path: forms.path.nullish(),
    url: forms.url.nullish(),
    base64: forms.base64.nullish(),
    file_id: forms.file_id.nullish(),
  }
}

/** A hair more than 1, so that 0.1 + 0.9 style sums of a client's own arithmetic pass. */
const RIGHT_OR_BOTTOM_EDGE = 1 + 1e-6

function relativeBox() {
  const position = z.number().min(0).max(1)
  const extent = z.number().positive().max(1)
  return z
    .tuple([position, position, extent, extent])
    .refine(
      ([x, y, width, height]) =>
        x + width <= RIGHT_OR_BOTTOM_EDGE && y + height <= RIGHT_OR_BOTTOM_EDGE,
      { error: 'must lie inside the picture: x + width and y + height at most 1' },
    )
}

function faceIndex() {
  return z.int().min(0).max(63)
}

/** The VAE packs one frame and then groups of four. */
function fourKPlusOne(min: number, max: number) {
  return z
    .int()
    .min(min)
    .max(max)
    .refine((frames) => frames % 4 === 1, { error: 'must be 4k + 1, e.g. 5, 9, 13' })
    .nullish()
}

/** A name from a list the engine knows (schedulers, attention modes, graphs): checked against that list later. */
function listedName() {
  return z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9_.+/-]{0,63}$/, 'must be a name of letters, digits and _ . + - /')
}

/** ComfyUI lists LoRAs in subfolders with their relative path; it must stay one. */
function loraName() {
  return plainText(255)
    .min(1)
    .refine((name) => !/^[/\\~]|(^|[/\\])\.\.([/\\]|$)|:/.test(name), {
      error: 'must be the name of a file in the LoRA folder',
    })
}
