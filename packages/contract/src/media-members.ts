// The schema of the media of a request: the picture or the video, and the voices, as sound or as text.
import { z } from 'zod'
import { MAX_ENTRIES } from './breadth.ts'
import { INPUT_TYPES, PERSON_COUNTS, SPEAKERS } from './generation-spec.ts'
import { plainText } from './plain-text.ts'
import type { RequestBounds } from './request-bounds.ts'
import { ONE_FORM, ONE_VOICE_FORM, sourceFormSchemas } from './source.ts'

export function mediaMembers(bounds: RequestBounds) {
  const source = z.strictObject(sourceForms(bounds)).meta({ id: 'Source', ...ONE_FORM })
  const voice = z
    .strictObject({
      ...sourceForms(bounds),
      speaker: z.enum(SPEAKERS).nullish().describe('Position of the speaker in the image.'),
      box: relativeBox()
        .nullish()
        .describe('Box of the speaker: [x, y, width, height] as fractions of the image.'),
      ...textMembers(bounds),
      ...dialogueMembers(bounds),
    })
    .meta({ id: 'Voice', ...ONE_VOICE_FORM })
  return {
    image: source.nullish().describe('Portrait to animate.'),
    video: source.nullish().describe('Video whose lips follow the audio.'),
    audio: z
      .union([voice, z.array(voice).min(1).max(2)])
      .nullish()
      .describe('Voice, or a list of two voices.'),
    input_type: z
      .enum(INPUT_TYPES)
      .nullish()
      .describe('Kind of input. Default: the given one; "image" in the simple form.'),
    person_count: z
      .enum(PERSON_COUNTS)
      .nullish()
      .describe('Number of speakers. Default: "multi" with two voices, else "single".'),
  }
}

function textMembers(bounds: RequestBounds) {
  return {
    text: plainText(bounds.textMaxChars)
      .min(1)
      .nullish()
      .describe(
        'Words to speak. Lines that begin with "A:" and "B:" are the left and the right person, in turns.',
      ),
    voice: z
      .union([voiceName(), z.array(voiceName()).length(2)])
      .nullish()
      .describe(
        'Voice of the text, by its name at the speech server or program; a list of two for A and B.',
      ),
    language: z
      .string()
      .regex(/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$/, 'must be a language tag such as "en-US"')
      .nullish()
      .describe('Language of the text, e.g. "en-US".'),
  }
}

function dialogueMembers(bounds: RequestBounds) {
  const seconds = z.number().min(0).max(bounds.audioMaxSeconds)
  return {
    turns: z
      .array(
        z.strictObject({
          speaker: z.enum(SPEAKERS),
          from_s: seconds,
          to_s: seconds,
        }),
      )
      .min(1)
      .max(MAX_ENTRIES)
      .nullish()
      .describe('Two people in one sound: who speaks from when to when, in seconds. No overlaps.'),
    boxes: z
      .strictObject({ left: relativeBox().nullish(), right: relativeBox().nullish() })
      .nullish()
      .describe('Boxes of the two people of "turns" or of a script.'),
  }
}

/** Goes to a command line and into a request, so it cannot begin like an option or a path. */
function voiceName() {
  return z
    .string()
    .regex(
      /^[A-Za-z0-9][A-Za-z0-9 _.+()/-]{0,99}$/,
      'must be a name of letters, digits, spaces and _ . + - ( ) /',
    )
    .refine((name) => !name.includes('..'), { error: 'must not contain ".."' })
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

/** Slightly above 1, so that rounding errors of a client's sums pass. */
const RIGHT_OR_BOTTOM_EDGE = 1 + 1e-6

export function relativeBox() {
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
