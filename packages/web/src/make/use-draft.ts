// The draft: what the next video is to be made of. Its media are sent to the hub while the person goes on choosing.
import type { GenerationRequest } from '@infinitetalk/contract'
import { useCallback, useMemo, useState } from 'preact/hooks'
import type { HubConnection } from '../hub/hub-connection.ts'
import type { Medium } from './medium.ts'
import { DEFAULT_OPTIONS, type Options, optionMembers } from './options.ts'
import { type Upload, useUpload } from './use-upload.ts'

export interface Draft {
  readonly visual: Medium | null
  readonly visualUpload: Upload
  readonly voice: Medium | null
  readonly voiceUpload: Upload
  readonly options: Options
  /** null while something is missing or on its way. */
  readonly request: GenerationRequest | null
  setVisual(medium: Medium | null): void
  setVoice(medium: Medium | null): void
  change(options: Partial<Options>): void
}

export function useDraft(hub: HubConnection): Draft {
  const [visual, setVisual] = useState<Medium | null>(null)
  const [voice, setVoice] = useState<Medium | null>(null)
  const [options, setOptions] = useState(DEFAULT_OPTIONS)
  const visualUpload = useUpload(hub, visual)
  const voiceUpload = useUpload(hub, voice)
  const change = useCallback((changed: Partial<Options>) => {
    setOptions((before) => ({ ...before, ...changed }))
  }, [])
  const request = useMemo(
    () => requestOf(visualUpload, voiceUpload, options),
    [visualUpload, voiceUpload, options],
  )
  return { visual, visualUpload, voice, voiceUpload, options, request, setVisual, setVoice, change }
}

function requestOf(visual: Upload, voice: Upload, options: Options): GenerationRequest | null {
  if (visual.status !== 'ready' || voice.status !== 'ready') return null
  return {
    image: { file_id: visual.fileId },
    audio: { file_id: voice.fileId },
    ...optionMembers(options),
  }
}

/** What keeps the person from creating the video, in words; null when nothing does. */
export function whatIsMissing({ visual, visualUpload, voice, voiceUpload }: Draft): string | null {
  if (visual === null && voice === null) return 'Choose a picture and a voice.'
  if (visual === null) return 'Choose a picture.'
  if (voice === null) return 'Choose a voice.'
  const uploads = [visualUpload, voiceUpload]
  if (uploads.some(({ status }) => status === 'failed')) return 'A file did not reach the hub.'
  return uploads.some(({ status }) => status === 'sending')
    ? 'Sending the files to the hub …'
    : null
}
