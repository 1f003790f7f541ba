// The flat members of the simple API: `image_path`, `wav_url_2` and so on. Each medium has three forms; if several are present,
// path precedes url precedes base64, as in earlier services. `audio_*` is read like `wav_*`, because sibling APIs use it.
import { type Source, type SourceForm, toSource } from './source.ts'

export const FLAT_MEDIA = ['image', 'video', 'voice', 'voice_2'] as const
export type FlatMedium = (typeof FLAT_MEDIA)[number]

const FLAT_FORMS = ['path', 'url', 'base64'] as const
type FlatForm = (typeof FLAT_FORMS)[number]

export type FlatSourceName =
  | `${'image' | 'video' | 'wav' | 'audio'}_${FlatForm}`
  | `${'wav' | 'audio'}_${FlatForm}_2`

export interface FlatSource {
  readonly name: FlatSourceName
  readonly medium: FlatMedium
  readonly form: Extract<SourceForm, FlatForm>
  readonly meaning: string
}

/** In the order of precedence within each medium. */
export const FLAT_SOURCES: readonly FlatSource[] = FLAT_FORMS.flatMap((form) => [
  { name: `image_${form}`, medium: 'image', form, meaning: 'the image' },
  { name: `video_${form}`, medium: 'video', form, meaning: 'the video' },
  { name: `wav_${form}`, medium: 'voice', form, meaning: 'the voice' },
  { name: `audio_${form}`, medium: 'voice', form, meaning: 'the voice' },
  { name: `wav_${form}_2`, medium: 'voice_2', form, meaning: 'the second voice' },
  { name: `audio_${form}_2`, medium: 'voice_2', form, meaning: 'the second voice' },
])

export interface GivenSource {
  /** Name of the member, for pointers. */
  readonly path: readonly (string | number)[]
  readonly source: Source
}

/** The source of a medium by precedence; null when all its members are absent. Values are validated strings or absent. */
export function readFlatSource(
  members: Readonly<Partial<Record<FlatSourceName, string | null>>>,
  medium: FlatMedium,
): GivenSource | null {
  for (const { name, form, medium: of } of FLAT_SOURCES) {
    const value = of === medium ? members[name] : undefined
    if (typeof value === 'string') return { path: [name], source: toSource(form, value) }
  }
  return null
}

export function flatNamesOf(medium: FlatMedium): readonly FlatSourceName[] {
  return FLAT_SOURCES.filter((source) => source.medium === medium).map(({ name }) => name)
}
