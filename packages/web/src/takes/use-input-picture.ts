// The picture of a take: the small copy that this tab kept, or else the hub's own picture, of which a small copy is kept now.
import type { JobResource } from '@infinitetalk/contract'
import { useHub } from '../hub/hub-context.ts'
import { useAnswer } from '../hub/use-answer.ts'
import { keepStill, makeStill, readStill } from './stills.ts'

/** Larger pictures are not worth the wait. */
const MAX_BYTES = 20_000_000

/**
 * @param wanted false: it is not near enough to be seen
 * @returns null while it loads, and when there is none
 */
export function useInputPicture({ id, input }: JobResource, wanted = true): string | null {
  const hub = useHub()
  const still = readStill(id)
  const { bytes = MAX_BYTES + 1, type } = (input.image ?? {}) as { bytes?: number; type?: string }
  const ask = async (signal: AbortSignal): Promise<string | null> => {
    const response = await hub.fetch(`/v1/jobs/${id}/inputs/image`, { signal })
    if (!response.ok) return null
    const made = await makeStill(new Blob([await response.blob()], { type: type ?? '' }))
    if (made !== null) keepStill(id, made)
    return made
  }
  const isAsked = wanted && still === null && bytes <= MAX_BYTES
  const { data } = useAnswer(hub, isAsked ? `picture ${id}` : null, ask)
  return still ?? data
}
