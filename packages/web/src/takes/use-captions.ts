// The captions of a take whose voice was a text. They are fetched, because a <track> cannot send an API key.
import type { JobResource } from '@infinitetalk/contract'
import { useHub } from '../hub/hub-context.ts'
import { useAnswer } from '../hub/use-answer.ts'
import { useObjectUrl } from '../ui/use-object-url.ts'

/** null where there are none, or while they load. */
export function useCaptions({ id, input }: JobResource): string | null {
  const hub = useHub()
  const hasText = 'text' in ((Array.isArray(input.audio) ? input.audio[0] : input.audio) ?? {})
  const { data } = useAnswer(hub, hasText ? `captions ${id}` : null, async (signal) =>
    (await hub.send(`/v1/jobs/${id}/captions.vtt`, { signal })).blob(),
  )
  return useObjectUrl(data)
}
