// The choices of an earlier take, in the form's own shape. Values that the hub filled in are left to the hub again.
import type { JobResource } from '@infinitetalk/contract'
import { DEFAULT_OPTIONS, type Options, SHAPES } from './options.ts'

/** Members that are not parameters of the drawer. */
const NOT_ADVANCED = new Set([
  ...['image', 'video', 'audio', 'person_count', 'engine', 'preset', 'resolution', 'aspect_ratio'],
  ...['fit', 'prompt', 'seed', 'face', 'webhook', 'reuse', 'keep', 'metadata', 'captions'],
])
const FILLED_IN: Readonly<Record<string, unknown>> = {
  equalise_windows: false,
  force_offload: true,
  on_short_video: 'hold',
  label: false,
  expressiveness: 'natural',
}

interface EarlierVoice {
  readonly text?: string
  readonly voice?: string | null
  readonly language?: string | null
  readonly box?: Options['boxes'][number]
}

export function earlierOptions(
  input: JobResource['input'],
  voices: readonly EarlierVoice[],
): Options {
  const { prompt, seed, engine, preset, resolution, aspect_ratio, fit, face } =
    input as Partial<Options> & Record<string, unknown>
  const boxes = voices.flatMap(({ box }) => (box === undefined ? [] : [box]))
  const { index, crop } = (face ?? {}) as unknown as { index?: number | null; crop?: boolean }
  return {
    ...DEFAULT_OPTIONS,
    script: scriptOf(voices[0], input),
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
    cropToFace: crop === true,
    advanced: Object.fromEntries(
      Object.entries(input).filter(([name, value]) => isSet(name, value)),
    ),
  }
}

function scriptOf(voice: EarlierVoice | undefined, input: JobResource['input']): Options['script'] {
  if (voice?.text === undefined) return null
  const { text, voice: name, language } = voice
  return {
    text,
    voice: typeof name === 'string' ? name : '',
    language: language ?? '',
    captions: (input as { captions?: unknown }).captions === 'burn',
  }
}

function isSet(name: string, value: unknown): boolean {
  if (NOT_ADVANCED.has(name) || value === null || FILLED_IN[name] === value) return false
  return !(Array.isArray(value) && value.length === 0)
}
