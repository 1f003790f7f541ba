// The choices of an earlier take, in the form's own shape. Values that the hub filled in are left to the hub again.
import type { JobResource } from '@infinitetalk/contract'
import type { RelativeBox } from '../picture/placing.ts'
import type { RequestTurn, Stretch } from '../sound/turns.ts'
import { burnsCaptions } from '../takes/captions-track.tsx'
import { DEFAULT_OPTIONS, type Options, SHAPES } from './options.ts'

/** Members that are not parameters of the drawer. */
const NOT_ADVANCED = new Set([
  ...['image', 'video', 'audio', 'person_count', 'engine', 'preset', 'resolution', 'aspect_ratio'],
  ...['fit', 'prompt', 'seed', 'face', 'webhook', 'reuse', 'keep', 'metadata', 'captions', 'crop'],
])
const FILLED_IN: Readonly<Record<string, unknown>> = {
  equalise_windows: false,
  force_offload: true,
  on_short_video: 'hold',
  label: false,
  expressiveness: 'natural',
}

interface EarlierVoice {
  readonly turns?: readonly RequestTurn[]
  readonly boxes?: { readonly left: RelativeBox | null; readonly right: RelativeBox | null }
  readonly text?: string
  readonly voice?: string | null
  readonly language?: string | null
  readonly box?: Options['boxes'][number]
}

export function earlierOptions(
  input: JobResource['input'],
  voices: readonly EarlierVoice[],
): Options {
  const {
    prompt,
    seed,
    engine,
    preset,
    resolution,
    aspect_ratio,
    fit,
    face,
    crop: part,
  } = input as Partial<Options> & Record<string, unknown> & { crop?: RelativeBox | null }
  const [{ text, turns: all, boxes: both } = {}] = voices
  // The turns of a text come from its lines.
  const turns = text === undefined ? all : undefined
  const given = both === undefined ? voices.map(({ box }) => box) : [both.left, both.right]
  const boxes = given.flatMap((box) => (box == null ? [] : [onPicture(box, part)]))
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
    speakers: voices.length === 2 || turns !== undefined ? 2 : 1,
    together: turns !== undefined && turns.length > 0,
    stretches: turns === undefined ? null : stretchesOf(turns),
    boxes: boxes.length === 2 ? boxes : [],
    // The number counts the faces of the part.
    face: part == null ? (index ?? 0) : 0,
    placing: part == null ? null : placingOfPart(part),
    cropToFace: crop === true,
    advanced: Object.fromEntries(
      Object.entries(input).filter(([name, value]) => isSet(name, value)),
    ),
  }
}

/** The part has the shape of the video, so the largest one like it touches two edges of the picture. */
function placingOfPart([x, y, width, height]: RelativeBox): Options['placing'] {
  return { x: x + width / 2, y: y + height / 2, zoom: Math.min(1 / width, 1 / height) }
}

function onPicture(
  [x, y, width, height]: RelativeBox,
  part: RelativeBox | null | undefined,
): RelativeBox {
  const [left, top, across, down] = part ?? [0, 0, 1, 1]
  return [left + x * across, top + y * down, width * across, height * down]
}

function stretchesOf(turns: readonly RequestTurn[]): readonly Stretch[] {
  const stretches: Stretch[] = []
  for (const { speaker, from_s, to_s } of turns) {
    if (from_s > (stretches.at(-1)?.until ?? 0)) stretches.push({ speaker: null, until: from_s })
    stretches.push({ speaker, until: to_s })
  }
  return stretches
}

function scriptOf(voice: EarlierVoice | undefined, input: JobResource['input']): Options['script'] {
  if (voice?.text === undefined) return null
  const { text, voice: name, language } = voice
  return {
    text,
    voice: typeof name === 'string' ? name : '',
    language: language ?? '',
    captions: burnsCaptions(input),
  }
}

function isSet(name: string, value: unknown): boolean {
  if (NOT_ADVANCED.has(name) || value === null || FILLED_IN[name] === value) return false
  return !(Array.isArray(value) && value.length === 0)
}
