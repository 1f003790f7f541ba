// The model files of a hub on the wire: what the list of models knows, and what of it is there.
import { z } from 'zod'
import { MODEL_ROLES } from './model-manifest.ts'

/**
 * - `present`: there, and its content was verified
 * - `unverified`: there and of the right size as far as that is known, put there by someone else
 * - `partial`: a download that goes on where it stopped
 * - `wrong_size`: there, but cut off or another file
 * - `stale`: there and verified, but the manifest names other content now
 * - `damaged`: there, but its content is not what it must be
 * - `blocked`: its place is taken by a folder, a dangling link or something that is no file
 */
export const MODEL_STATES = [
  'present',
  'unverified',
  'missing',
  'partial',
  'wrong_size',
  'stale',
  'damaged',
  'blocked',
] as const
export type ModelState = (typeof MODEL_STATES)[number]

export const modelListSchema = z
  .strictObject({
    object: z.literal('list'),
    data: z.array(
      z
        .strictObject({
          object: z.literal('model'),
          name: z.string(),
          role: z.enum(MODEL_ROLES),
          path: z.string().describe('Below the models folder.'),
          state: z.enum(MODEL_STATES),
          detail: z.string().nullable(),
          bytes: z.int().nullable().describe('Its size; null when that is not known yet.'),
          approximate: z.boolean().describe('"bytes" is about that much.'),
          bytes_on_disk: z.int(),
          sha256: z.string().nullable().describe('What it must hash to; null when not known yet.'),
          licence: z.string(),
          sets: z.array(z.string()).describe('What "infinitetalk models pull --set" takes.'),
          graphs: z.array(z.string()).describe('The graphs that can use it.'),
          optional: z.boolean().describe('Those graphs also run without it.'),
          alternatives: z.array(z.string()).describe('Models that can take its place.'),
        })
        .meta({ id: 'Model' }),
    ),
  })
  .meta({ id: 'ModelList' })

export type ModelList = z.output<typeof modelListSchema>
