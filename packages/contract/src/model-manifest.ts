// The list of model files: role, source, size and hash of each. One schema reads the shipped list and the user's own list that
// overrides it. No entry can leave its folder: names are plain, and paths are checked again before anything is written.
import { z } from 'zod'

/** Role of a model in a graph. The binding of a graph asks for one file per role. */
export const MODEL_ROLES = [
  'video-model',
  'talking-model-single',
  'talking-model-multi',
  'text-encoder',
  'vae',
  'image-encoder',
  'lora',
  'speech-encoder',
  'voice-separator',
] as const

/** The graphs that ship with the hub. */
export const GRAPH_NAMES = [
  'I2V_single',
  'I2V_multi',
  'V2V_single',
  'V2V_multi',
  'I2V_window',
  'I2V_window_multi',
] as const

/** Chooses all models of the manifest, including those in no set. */
export const ALL_MODELS_SET = 'all'
/** The set that is pulled and verified by default. */
export const DEFAULT_MODELS_SET = 'single'

const SEGMENT = /^(?!\.)[A-Za-z0-9 _.+-]{1,200}(?<![ .])$/
const plainName = z
  .string()
  .regex(SEGMENT, 'must be a plain name: letters, digits, "_", "-", ".", "+", not at its beginning')
const relativePath = (what: string) =>
  z.string().refine((path) => path.split('/').every((segment) => SEGMENT.test(segment)), {
    error: `must be ${what} of plain names separated by "/", without ".." and without "/" at its ends`,
  })
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits in lower case')
const setName = z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'must be lower case, e.g. "low-vram"')
const modelName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,79}$/, 'must be lower case, e.g. "vae-bf16"')

export const modelSourceSchema = z.union(
  [
    z.strictObject({
      repo: z.string().regex(/^[A-Za-z0-9_.-]+\/[A-Za-z0-9_.-]+$/, 'must be OWNER/NAME'),
      path: relativePath('a path'),
      revision: z
        .string()
        .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/, 'must be a branch, a tag or a commit')
        .default('main'),
    }),
    z.strictObject({ url: z.url({ protocol: /^https?$/, error: 'must be an http(s) URL' }) }),
  ],
  { error: 'must be {"repo", "path", "revision"} on Hugging Face, or {"url"}' },
)

export const modelEntrySchema = z
  .strictObject({
    name: modelName.describe('Name of the model in commands.'),
    role: z.enum(MODEL_ROLES),
    file: plainName.describe('File name, as ComfyUI lists it.'),
    folder: relativePath('a folder').describe('Folder below the models folder.'),
    source: modelSourceSchema,
    bytes: z.int().min(1).optional().describe('Exact size in bytes.'),
    approximateBytes: z
      .int()
      .min(1)
      .optional()
      .describe('Approximate size in bytes, for display only.'),
    sha256: sha256.optional(),
    licence: z.string().min(1),
    sets: z
      .array(setName)
      .describe('Sets that include the model. A model without a set is pulled only by name.'),
    graphs: z.array(z.string().min(1)).describe('Graphs that can use the model.'),
    optional: z.boolean().default(false).describe('true: graphs also run without the model.'),
    alternatives: z.array(modelName).default([]).describe('Models that can replace it.'),
    notWith: z.array(modelName).default([]).describe('Models that cannot be combined with it.'),
    note: z.string().optional(),
  })
  .refine((entry) => entry.bytes === undefined || entry.approximateBytes === undefined, {
    error: 'has both bytes and approximateBytes',
  })

export const modelManifestSchema = z.strictObject({
  version: z.literal(1),
  sets: z.record(setName, z.string().min(1)).default({}).describe('Purpose of each set.'),
  models: z.array(modelEntrySchema),
})

export type ModelRole = (typeof MODEL_ROLES)[number]
export type ModelSource = z.output<typeof modelSourceSchema>
export type ModelEntry = z.output<typeof modelEntrySchema>
export type ModelManifest = z.output<typeof modelManifestSchema>

export type ManifestResult =
  | { readonly ok: true; readonly manifest: ModelManifest }
  /** One sentence for each problem, with its place. */
  | { readonly ok: false; readonly problems: readonly string[] }

/** @param json the manifest as parsed from its file */
export function parseModelManifest(json: unknown): ManifestResult {
  const parsed = modelManifestSchema.safeParse(json)
  if (parsed.success) return { ok: true, manifest: parsed.data }
  return {
    ok: false,
    problems: parsed.error.issues.map(
      ({ path, message }) => `${path.join('.') || 'it'}: ${message}`,
    ),
  }
}
