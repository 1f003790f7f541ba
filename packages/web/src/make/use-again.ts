// An earlier take as a new draft: its choices, and its files as far as the hub still has them.
import type { InfiniteTalkClient } from '@infinitetalk/client'
import type { JobResource } from '@infinitetalk/contract'
import { readStill } from '../takes/stills.ts'
import type { Medium } from './medium.ts'
import { DEFAULT_OPTIONS, type Options, SHAPES } from './options.ts'

export interface EarlierDraft {
  readonly visual: Medium | null
  readonly voices: readonly (Medium | null)[]
  readonly options: Options
}

interface InputSource {
  readonly file_id?: string
  readonly box?: Options['boxes'][number]
}

/** Members that are no parameter of the drawer. */
const NOT_ADVANCED = new Set([
  ...['image', 'video', 'audio', 'person_count', 'engine', 'preset', 'resolution', 'aspect_ratio'],
  ...['fit', 'prompt', 'seed', 'face', 'webhook', 'reuse', 'metadata'],
])

export async function earlierDraft(
  client: InfiniteTalkClient,
  job: JobResource,
): Promise<EarlierDraft> {
  const { input } = job
  const voices = [input.audio ?? []].flat() as InputSource[]
  const visual = await findMedium(client, (input.image ?? input.video) as InputSource | undefined)
  return {
    visual: visual === null ? null : { ...visual, still: readStill(job.id) },
    voices: await Promise.all(voices.map((voice) => findMedium(client, voice))),
    options: optionsOf(input, voices),
  }
}

/** null for what the hub no longer has, and for what did not come as a file. */
async function findMedium(
  client: InfiniteTalkClient,
  source: InputSource | undefined,
): Promise<Medium | null> {
  if (source?.file_id === undefined) return null
  try {
    const { id, filename, content_type } = await client.files.get(source.file_id)
    return { name: filename ?? id, type: content_type ?? '', blob: null, fileId: id, still: null }
  } catch {
    return null
  }
}

function optionsOf(input: JobResource['input'], voices: readonly InputSource[]): Options {
  const { prompt, seed, engine, preset, resolution, aspect_ratio, fit, face } =
    input as Partial<Options> & Record<string, unknown>
  const boxes = voices.flatMap(({ box }) => (box === undefined ? [] : [box]))
  const index = (face as unknown as { index?: number | null } | null)?.index
  return {
    ...DEFAULT_OPTIONS,
    prompt: typeof prompt === 'string' && prompt !== 'A person talking naturally' ? prompt : '',
    shape: SHAPES.find((shape) => shape === aspect_ratio) ?? 'picture',
    resolution: resolution ?? DEFAULT_OPTIONS.resolution,
    fit: fit ?? DEFAULT_OPTIONS.fit,
    seed: seed ?? null,
    engine: engine ?? null,
    preset: preset ?? null,
    speakers: voices.length === 2 ? 2 : 1,
    boxes: boxes.length === 2 ? boxes : [],
    face: index ?? 0,
    advanced: Object.fromEntries(
      Object.entries(input).filter(([name, value]) => isSet(name, value)),
    ),
  }
}

/** What the hub filled in by itself is left to it again. */
function isSet(name: string, value: unknown): boolean {
  if (NOT_ADVANCED.has(name) || value === null || FILLED_IN[name] === value) return false
  return !(Array.isArray(value) && value.length === 0)
}

const FILLED_IN: Readonly<Record<string, unknown>> = {
  equalise_windows: false,
  force_offload: true,
  on_short_video: 'hold',
  label: false,
}
