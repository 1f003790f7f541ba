// The draft of the next video. Its media are uploaded while the person goes on choosing.
import type { GenerationRequest } from '@infinitetalk/contract'
import { useCallback, useMemo, useState } from 'preact/hooks'
import type { HubConnection } from '../hub/hub-connection.ts'
import { kindOf, type Medium, type MediumSource } from './medium.ts'
import { DEFAULT_OPTIONS, type Options, optionMembers } from './options.ts'
import type { EarlierDraft } from './use-again.ts'
import { type Upload, useUpload } from './use-upload.ts'
import { useVoice, type Voice } from './use-voice.ts'

export interface Draft {
  readonly visual: Medium | null
  readonly visualUpload: Upload
  /** null: the bytes of the picture are not here. */
  readonly sendVisualAgain: (() => void) | null
  /** One for each speaker, the left one first. */
  readonly voices: readonly Voice[]
  readonly options: Options
  /** null while something is missing or still being sent. */
  readonly request: GenerationRequest | null
  /** Sentences: what could not be restored from an earlier take. */
  readonly lost: readonly string[]
  /** The draft is being submitted, even if another view is open. */
  readonly creating: boolean
  /** Another picture or video drops the choices that belonged to the previous one. */
  choosePicture(medium: Medium): void
  dropPicture(): void
  change(options: Partial<Options>): void
  setCreating(creating: boolean): void
  /** Replaces the draft by the inputs and choices of an earlier take. */
  load(draft: EarlierDraft): void
}

export function useDraft(hub: HubConnection): Draft {
  const [visual, setVisual] = useState<Medium | null>(null)
  const [options, replaceOptions] = useState(DEFAULT_OPTIONS)
  const [creating, setCreating] = useState(false)
  const [lost, setLost] = useState<readonly string[]>([])
  const [visualUpload, sendAgain] = useUpload(hub, visual)
  const first = useVoice(hub)
  const second = useVoice(hub)
  const change = useCallback((changed: Partial<Options>) => {
    replaceOptions((before) => ({ ...before, ...changed }))
  }, [])
  const choosePicture = useCallback((medium: Medium) => {
    setVisual(medium)
    replaceOptions((before) => ({ ...before, face: 0, boxes: [] }))
  }, [])
  const dropPicture = useCallback(() => setVisual(null), [])
  const voices = useMemo(
    () => (options.speakers === 2 ? [first, second] : [first]),
    [options.speakers, first, second],
  )
  const [chooseFirst, chooseSecond] = [first.choose, second.choose]
  const load = useCallback(
    (earlier: EarlierDraft) => {
      setVisual(earlier.visual)
      chooseFirst(earlier.voices[0] ?? null)
      chooseSecond(earlier.voices[1] ?? null)
      replaceOptions(earlier.options)
      setLost(earlier.missing)
    },
    [chooseFirst, chooseSecond],
  )
  const request = useMemo(
    () => requestOf(visual, visualUpload, voices, options),
    [visual, visualUpload, voices, options],
  )
  return {
    visual,
    visualUpload,
    sendVisualAgain: visual?.blob == null ? null : sendAgain,
    voices,
    options,
    request,
    lost,
    creating,
    choosePicture,
    dropPicture,
    change,
    setCreating,
    load,
  }
}

function requestOf(
  visual: Medium | null,
  visualUpload: Upload,
  voices: readonly Voice[],
  options: Options,
): GenerationRequest | null {
  if (visual === null || visualUpload.status !== 'ready') return null
  const files: MediumSource[] = []
  for (const { upload } of voices) {
    if (upload.status !== 'ready') return null
    files.push(upload.source)
  }
  const [only] = files
  if (only === undefined) return null
  const { source } = visualUpload
  return {
    ...(kindOf(visual) === 'video' ? { video: source } : { image: source }),
    audio:
      files.length === 1
        ? only
        : files.map((file, index) => ({ ...file, ...speakerOf(options, index) })),
    ...optionMembers(options),
  }
}

function speakerOf({ boxes }: Options, index: number) {
  const box = boxes[index]
  return {
    speaker: index === 0 ? ('left' as const) : ('right' as const),
    ...(box === undefined ? {} : { box }),
  }
}

/** The reason why the video cannot be created yet, in words; null when there is none. */
export function whatIsMissing({ visual, visualUpload, voices }: Draft): string | null {
  const silent = voices.filter(({ medium }) => medium === null).length
  if (visual === null && silent > 0) return 'Choose a picture and a voice.'
  if (visual === null) return 'Choose a picture.'
  if (silent > 0)
    return voices.length === 1 ? 'Choose a voice.' : 'Choose a voice for each speaker.'
  const uploads = [visualUpload, ...voices.map(({ upload }) => upload)]
  if (uploads.some(({ status }) => status === 'failed'))
    return 'A file could not be sent to the hub.'
  return uploads.some(({ status }) => status === 'sending')
    ? 'Sending the files to the hub …'
    : null
}
