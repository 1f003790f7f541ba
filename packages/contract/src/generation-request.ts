// The body of POST /v1/jobs and of all other routes that accept a request: one strict schema of the structured members and of
// the flat members of the simple API. parse-generation-request.ts decides what members mean together.
import { z } from 'zod'
import { MAX_ENTRIES } from './breadth.ts'
import { FLAT_SOURCES, type FlatSourceName } from './flat-request.ts'
import {
  CAPTIONS,
  COLOR_MATCHES,
  DEFAULT_PROMPT,
  ENGINE_NAME,
  EXPRESSIVENESS,
  FIT_MODES,
  PRESETS,
  PRIORITIES,
  RESOLUTIONS,
  SHORT_VIDEO_MODES,
  WEBHOOK_EVENTS,
} from './generation-spec.ts'
import { mediaMembers, relativeBox } from './media-members.ts'
import { METADATA_MAX_CHARS, METADATA_MAX_KEYS } from './metadata-bounds.ts'
import { plainText } from './plain-text.ts'
import { maxFramesBound, type RequestBounds } from './request-bounds.ts'
import { sourceFormSchemas } from './source.ts'

export type GenerationRequestSchema = ReturnType<typeof generationRequestSchema>
/** The body as a client writes it. */
export type GenerationRequest = z.input<GenerationRequestSchema>

const MAX_LORAS = 8
/** Wan 2.1 14B has 40 transformer blocks; node WanVideoBlockSwap allows 48. */
const MAX_BLOCK_SWAP = 48
const MAX_PIECES = 16
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
        'An image (or a video) and a voice to make a talking video from. A member that is null counts as absent.',
    })
}

function outputMembers(bounds: RequestBounds) {
  const side = z.int().min(bounds.outputMinSide).max(bounds.outputMaxSide).nullish()
  const prompt = plainText(bounds.promptMaxChars)
  const frames = z.int().min(1).max(maxFramesBound(bounds)).nullish()
  return {
    resolution: z.enum(RESOLUTIONS).nullish().meta({
      description:
        'Size class: about 640 x 640 or 960 x 960 pixels of area, in the shape of the video.',
      default: '480p',
    }),
    width: side.describe('Width in pixels, rounded down to a multiple of 16. Requires "height".'),
    height: side.describe('Height in pixels, rounded down to a multiple of 16. Requires "width".'),
    aspect_ratio: z
      .string()
      .regex(/^[1-9]\d{0,3}:[1-9]\d{0,3}$/, 'must be two whole numbers such as "9:16"')
      .nullish()
      .describe(
        'Aspect ratio, width to height. 1:1, 4:5, 3:4, 2:3, 9:16 and their opposites come out exactly, others within 1.2 %. ' +
          'Default: that of the image.',
      ),
    fit: z.enum(FIT_MODES).nullish().meta({
      description:
        'How to fit an image of another shape: crop around the face, crop in the middle, or pad with bars.',
      default: 'face',
    }),
    crop: relativeBox()
      .nullish()
      .describe(
        'Part of the image to use: [x, y, width, height] as fractions of it. Everything else of the request, such as "face" and ' +
          'the boxes of speakers, refers to this part.',
      ),
    prompt: z
      .union([prompt, z.array(prompt).min(1).max(MAX_ENTRIES)])
      .nullish()
      .meta({
        description: 'Prompt, or a list with one prompt per window.',
        default: DEFAULT_PROMPT,
      }),
    negative_prompt: prompt.nullish().describe('Description of what the video must not show.'),
    max_frames: frames.describe(
      'Maximum length of the video in frames, at 25 frames per second. Audio beyond it is cut.',
    ),
    max_frame: frames.describe('Same as "max_frames".'),
    face: z
      .union([
        faceIndex(),
        z.strictObject({ index: faceIndex().nullish(), crop: z.boolean().nullish() }),
      ])
      .nullish()
      .describe(
        'Number of the face to animate, and whether to crop to it. Default: the largest face.',
      ),
    label: z.boolean().nullish().meta({
      description: 'Burn in a small caption that says the video is AI-made.',
      default: false,
    }),
    expressiveness: z.enum(EXPRESSIVENESS).nullish().meta({
      description: 'How much the preview engine opens mouths and moves heads.',
      default: 'natural',
    }),
    captions: z
      .enum(CAPTIONS)
      .nullish()
      .describe(
        'Captions of a "text": burned into the picture, or only as files beside the video.',
      ),
    on_short_video: z.enum(SHORT_VIDEO_MODES).nullish().meta({
      description: 'How to continue a video that is shorter than the audio.',
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
    workflow: listedName().nullish().describe('Name of a workflow of the hub.'),
    preset: z.enum(PRESETS).nullish().meta({
      description: 'Trade-off of speed and quality. Single options override it.',
      default: 'balanced',
    }),
    seed: z
      .int()
      .min(0)
      .nullish()
      .describe('Seed of the noise. Default: random; the result reports it.'),
    steps: z.int().min(1).max(100).nullish().describe('Sampling steps per window.'),
    cfg: z
      .number()
      .min(0)
      .max(30)
      .nullish()
      .describe('How closely the video follows the prompt (classifier-free guidance).'),
    shift: z.number().min(0).max(1000).nullish().describe('Shift of the noise schedule.'),
    scheduler: listedName().nullish().describe('Name of a sampler of the engine.'),
    audio_scale: z
      .number()
      .min(0)
      .max(100)
      .nullish()
      .describe('Strength of the voice on the image.'),
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
      .describe('LoRA files of the engine, with their strength.'),
    block_swap: z
      .int()
      .min(0)
      .max(MAX_BLOCK_SWAP)
      .nullish()
      .describe(
        'Number of model blocks to keep in main memory, which saves GPU memory and costs speed.',
      ),
    attention: listedName().nullish().describe('Name of an attention kernel of the engine.'),
    motion_frames: fourKPlusOne(5, 33).describe(
      'Number of frames that a window shares with the previous one.',
    ),
    window_frames: fourKPlusOne(9, 241).describe(
      'Number of frames of a window, more than "motion_frames".',
    ),
    equalise_windows: z.boolean().nullish().meta({
      description: 'Make all windows equally long instead of leaving the last one mostly empty.',
      default: false,
    }),
    pieces: z.int().min(1).max(MAX_PIECES).nullish().meta({
      description:
        'Maximum number of pieces that a long video is cut into, at quiet moments of the voice. Each is rendered window by window on a ComfyUI of its own, all at the same time; a short crossfade joins them. Needs several ComfyUIs and about 12 s of audio for each piece.',
      default: 1,
    }),
    color_match: z
      .enum(COLOR_MATCHES)
      .nullish()
      .describe('Method that keeps the colours of the image in later windows.'),
    force_offload: z.boolean().nullish().meta({
      description: 'Unload models between stages, which saves GPU memory and costs speed.',
      default: true,
    }),
  }
}

function jobMembers() {
  const seconds = z.number().positive().max(WEEK_S).nullish()
  const metadataText = plainText(METADATA_MAX_CHARS)
  return {
    priority: z.enum(PRIORITIES).nullish().meta({
      description: 'Order of waiting jobs: higher priority starts first.',
      default: 'normal',
    }),
    start_within_s: seconds.describe('Fail if the job has not started after this many seconds.'),
    deadline_s: seconds.describe('Fail if the job has not finished after this many seconds.'),
    reuse: z
      .boolean()
      .nullish()
      .meta({
        description:
          'Return the finished video of an earlier request of the same key with the same content and parameters, if there is one. ' +
          'Has no effect on inputs by URL, whose content is not known.',
        default: false,
      }),
    keep: z.boolean().nullish().meta({
      description:
        'Keep the job and its files until somebody deletes them, beyond the retention time.',
      default: false,
    }),
    metadata: z
      .record(metadataText.min(1), metadataText)
      .refine((metadata) => Object.keys(metadata).length <= METADATA_MAX_KEYS, {
        error: `must have at most ${METADATA_MAX_KEYS} keys`,
      })
      .nullish()
      .meta({
        description:
          'Texts of your own, returned with the job. "title" names the take on the page and its downloaded file.',
        maxProperties: METADATA_MAX_KEYS,
      }),
    webhook: z
      .strictObject({
        url: plainText(WEBHOOK_URL_MAX_CHARS).min(1),
        events: z.array(z.enum(WEBHOOK_EVENTS)).min(1).max(WEBHOOK_EVENTS.length).nullish(),
      })
      .nullish()
      .describe('URL to call when the job ends, and the events to report.'),
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

/** ComfyUI lists LoRAs in subfolders by relative path; absolute paths and ".." are rejected. */
function loraName() {
  return plainText(255)
    .min(1)
    .refine((name) => !/^[/\\~]|(^|[/\\])\.\.([/\\]|$)|:/.test(name), {
      error: 'must be the name of a file in the LoRA folder',
    })
}
