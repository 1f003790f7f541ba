// The captions of a take whose voice was a text. They are fetched, because a <track> cannot send an API key.
import type { JobResource } from '@infinitetalk/contract'
import { useHub } from '../hub/hub-context.ts'
import { useAnswer } from '../hub/use-answer.ts'
import { say } from '../language/say.ts'
import { useObjectUrl } from '../ui/use-object-url.ts'

interface CaptionsTrackProps {
  readonly job: JobResource
  /** The picture has them: they are shown only when somebody chooses them. */
  readonly areBurnt: boolean
}

/** Nothing where there are none, or while they load. */
export function CaptionsTrack({ job: { id, input }, areBurnt }: CaptionsTrackProps) {
  const hub = useHub()
  const hasText = 'text' in ((Array.isArray(input.audio) ? input.audio[0] : input.audio) ?? {})
  const { data } = useAnswer(hub, hasText ? `captions ${id}` : null, async (signal) =>
    (await hub.send(`/v1/jobs/${id}/captions.vtt`, { signal })).blob(),
  )
  const url = useObjectUrl(data)
  if (url === null) return null
  return <track kind="captions" label={say('Captions')} src={url} default={!areBurnt} />
}

export function burnsCaptions(input: JobResource['input']): boolean {
  return (input as { readonly captions?: unknown }).captions === 'burn'
}
