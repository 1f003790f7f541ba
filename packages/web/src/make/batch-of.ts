// The batch that a draft becomes when it has several voices or several seeds. Pure.
import type { BatchRequest, GenerationRequest } from '@infinitetalk/contract'
import { drawSeed } from './draw-seed.ts'
import type { Medium, MediumSource } from './medium.ts'
import { titleOfDraft } from './title-of-draft.ts'

export interface FurtherVoice {
  readonly medium: Medium
  readonly source: MediumSource
}

interface BatchDraft {
  readonly visual: Medium | null
  readonly voices: readonly { readonly medium: Medium | null }[]
  /** Each makes a video of its own. */
  readonly further: readonly FurtherVoice[]
  /** Videos of each voice. */
  readonly variants: number
}

/** @param request of the first voice */
export function batchOf(
  request: GenerationRequest,
  draft: BatchDraft,
  draw = drawSeed,
): BatchRequest {
  const { visual, voices, further, variants } = draft
  const { seed, audio, metadata, ...defaults } = request
  const seeds = Array.from({ length: variants }, (_, index) =>
    index === 0 && seed != null ? seed : variants === 1 ? null : draw(),
  )
  const sounds = [
    { audio, media: voices },
    ...further.map(({ medium, source }) => ({ audio: source, media: [{ medium }] })),
  ]
  const items = sounds.flatMap(({ audio, media }) => {
    const title = titleOfDraft({ visual, voices: media })
    return seeds.map((seed) => ({
      audio,
      name: nameOf(title, seed, variants),
      metadata: { ...metadata, ...(title === '' ? {} : { title }) },
      ...(seed === null ? {} : { seed }),
    }))
  })
  return { name: titleOfDraft({ visual, voices }) || null, defaults, items } as BatchRequest
}

/** A name of the archive's file; the hub makes equal ones differ. */
function nameOf(title: string, seed: number | null, variants: number): string | null {
  const words = variants === 1 || seed === null ? title : `${title} ${seed}`
  return words.trim() === '' ? null : words.trim().slice(0, 200)
}
