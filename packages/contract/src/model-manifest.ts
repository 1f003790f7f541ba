// The list of model files as data: what each is for, where it comes from, how large it is and what it must hash to. The same
// schema reads the list that is shipped and the one a user lays over it. It promises that no entry can leave its folder:
// names are plain, and paths are checked again against the disk before anything is written.
import { z } from 'zod'

/** What a model does in a graph; the binding of a graph asks for one file per role. */
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
    name: modelName.describe('How commands call it.'),
    role: z.enum(MODEL_ROLES),
    file: plainName.describe('Its file name, which ComfyUI lists.'),
    folder: relativePath('a folder').describe('Its folder below the models folder.'),
    source: modelSourceSchema,
    bytes: z.int().min(1).optional().describe('Exact size.'),
    approximateBytes: z.int().min(1).optional().describe('About its size, for display only.'),
    sha256: sha256.optional(),
    licence: z.string().min(1),
    sets: z.array(setName).describe('The sets that pull it; none: only when it is named.'),
    graphs: z.array(z.string().min(1)).describe('Graphs that can use it.'),
    optional: z.boolean().default(false).describe('Graphs also run without it.'),
    alternatives: z.array(modelName).default([]).describe('Models that can take its place.'),
    notWith: z.array(modelName).default([]).describe('Models it may not be mixed with.'),
    note: z.string().optional(),
  })
  .refine((entry) => entry.bytes === undefined || entry.approximateBytes === undefined, {
    error: 'has both bytes and approximateBytes',
  })

export const modelManifestSchema = z.strictObject({
  version: z.literal(1),
  sets: z.record(setName, z.string().min(1)).default({}).describe('What each set is for.'),
  models: z.array(modelEntrySchema),
})

export type ModelRole = (typeof MODEL_ROLES)[number]
export type ModelSource = z.output<typeof modelSourceSchema>
export type ModelEntry = z.output<typeof modelEntrySchema>
export type ModelManifest = z.output<typeof modelManifestSchema>

export type ManifestResult =
  | { readonly ok: true; readonly manifest: ModelManifest }
  /** One sentence for each thing that is wrong, with where it is. */
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
