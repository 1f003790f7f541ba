// A name for a take that has none: from its picture and its voice, without their endings.
import type { GenerationRequest } from '@infinitetalk/contract'
import type { Medium } from './medium.ts'

/** Enough for a name; the contract allows more. */
const MAX_CHARS = 200

interface Named {
  readonly visual: Medium | null
  readonly voices: readonly { readonly medium: Medium | null }[]
}

/** A prompt names the take already. */
export function withTitle(request: GenerationRequest, draft: Named): GenerationRequest {
  if (request.prompt !== undefined) return request
  return { ...request, metadata: { ...request.metadata, title: titleOfDraft(draft) } }
}

export function titleOfDraft({ visual, voices }: Named): string {
  const names = [visual?.name, ...voices.map(({ medium }) => medium?.name)]
  const words = names.filter((name) => name !== undefined).map(withoutEnding)
  return words
    .filter((word) => word !== '')
    .join(' – ')
    .slice(0, MAX_CHARS)
}

function withoutEnding(name: string): string {
  return (name.split('/').at(-1) ?? name).replace(/\.[a-z0-9]{2,5}$/i, '').trim()
}
