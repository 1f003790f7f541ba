// The model files of a hub: the entries of the list of models, and their state on the disk.
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
    sets: z
      .record(z.string(), z.string())
      .describe('Sets of models that work together, and their purpose.'),
    data: z.array(
      z
        .strictObject({
          object: z.literal('model'),
          name: z.string(),
          role: z.enum(MODEL_ROLES),
          path: z.string().describe('Path below the models folder.'),
          state: z.enum(MODEL_STATES),
          detail: z.string().nullable(),
          bytes: z.int().nullable().describe('Size in bytes; null when unknown.'),
          approximate: z.boolean().describe('true: "bytes" is approximate.'),
          bytes_on_disk: z.int(),
          sha256: z.string().nullable().describe('Required SHA-256; null when unknown.'),
          licence: z.string(),
          sets: z.array(z.string()).describe('Sets for "infinitetalk models pull --set".'),
          graphs: z.array(z.string()).describe('Graphs that can use the model.'),
          optional: z.boolean().describe('true: these graphs also run without the model.'),
          alternatives: z.array(z.string()).describe('Models that can replace it.'),
        })
        .meta({ id: 'Model' }),
    ),
  })
  .meta({ id: 'ModelList' })

export type ModelList = z.output<typeof modelListSchema>
