// State of a hub: limits, workflows, storage and readiness.
import { z } from 'zod'
import { allowancesSchema } from './allowance-resource.ts'
import { INPUT_TYPES, PRIORITIES } from './generation-spec.ts'

export const limitsResourceSchema = z
  .strictObject({
    object: z.literal('limits'),
    limits: z
      .record(z.string(), z.number())
      .describe('Limits by name. The last word of a name is its unit: bytes, pixels, seconds, ms.'),
    key: z
      .strictObject({
        name: z.string().describe('"anonymous" on a hub without keys.'),
        admin: z.boolean().describe('Sees and changes everything of the hub.'),
        scopes: z.array(z.string()),
        max_priority: z.enum(PRIORITIES),
        max_running: z.int().nullable().describe('Jobs rendered at a time; null without a limit.'),
        weight: z.number().describe('Its share of the renders beside other keys.'),
        allowances: allowancesSchema,
      })
      .describe('The rules of the key that asks.'),
  })
  .meta({ id: 'Limits' })

export const livenessResourceSchema = z
  .strictObject({ status: z.literal('alive'), version: z.string() })
  .meta({ id: 'Liveness' })

const part = {
  ready: z.boolean(),
  detail: z.string().nullable().describe('Why it is not ready, in one sentence; null when ready.'),
}

export const readinessResourceSchema = z
  .strictObject({
    status: z.enum(['ready', 'not_ready']),
    stopping: z.boolean(),
    engines: z.array(z.strictObject({ name: z.string(), ...part })),
    store: z.strictObject(part),
    disk: z.strictObject({
      ready: z.boolean(),
      free_bytes: z.number().min(0),
      reserve_bytes: z.number().min(0),
    }),
  })
  .meta({ id: 'Readiness' })

export const storageResourceSchema = z
  .strictObject({
    object: z.literal('storage'),
    used_bytes: z
      .number()
      .min(0)
      .nullable()
      .describe(
        'Size of all videos, stills and inputs. A file of several jobs counts once. null for a key that is no admin key: the ' +
          'size would tell whether others have the same file.',
      ),
    files: z.int().min(0).nullable().describe('null for a key that is no admin key.'),
    free_bytes: z.number().min(0),
    reserve_bytes: z
      .number()
      .min(0)
      .describe(
        'With less free space than this, the hub accepts no new work. It deletes nothing early.',
      ),
    quota_bytes: z
      .number()
      .min(0)
      .nullable()
      .describe('Beyond so many used bytes the jobs that ended first are removed. null: no quota.'),
    retention_s: z
      .number()
      .min(0)
      .describe('Seconds for which a finished job and its files are kept.'),
    upload_life_s: z.number().min(0).describe('Seconds for which an uploaded file is kept.'),
    measured_at: z.iso.datetime(),
  })
  .meta({ id: 'Storage', title: 'Storage' })

export const workflowListSchema = z
  .strictObject({
    object: z.literal('list'),
    data: z.array(
      z
        .strictObject({
          name: z.string().describe('Name for the member "workflow" of a request.'),
          engine: z.string(),
          input_type: z.enum(INPUT_TYPES),
          speakers: z.int().min(1).max(2),
          parameters: z.array(z.string()).describe('Members of a request that the workflow obeys.'),
        })
        .meta({ id: 'Workflow' }),
    ),
  })
  .meta({ id: 'WorkflowList' })

export type WorkflowList = z.output<typeof workflowListSchema>
export type LimitsResource = z.output<typeof limitsResourceSchema>
export type LivenessResource = z.output<typeof livenessResourceSchema>
export type StorageResource = z.output<typeof storageResourceSchema>
export type ReadinessResource = z.output<typeof readinessResourceSchema>
