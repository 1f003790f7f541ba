// The draft of the next video. Its media are uploaded while the person goes on choosing.
import type { EngineResource, GenerationRequest } from '@infinitetalk/contract'
import { useCallback, useMemo, useState } from 'preact/hooks'
import type { HubConnection } from '../hub/hub-connection.ts'
import { engineOf, useEngines } from '../hub/use-engines.ts'
import type { KeptDraft } from './kept-drafts.ts'
import { kindOf, type Medium, type MediumSource } from './medium.ts'
import { DEFAULT_OPTIONS, type Options, optionMembers, scriptMember } from './options.ts'
import type { EarlierDraft } from './use-again.ts'
import { type KeptDrafts, useKeptDrafts } from './use-kept-drafts.ts'
import { useShrunk } from './use-shrunk.ts'
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
  readonly engines: readonly EngineResource[]
  /** The engine that will render it; null until the hub has answered. */
  readonly engine: EngineResource | null
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
  readonly kept: KeptDrafts
  /** Replaces the draft by the inputs and choices of an earlier take. */
  load(draft: EarlierDraft): void
}

const PREPARING: Upload = { status: 'sending' }

export function useDraft(hub: HubConnection): Draft {
  const [visual, setVisual] = useState<Medium | null>(null)
  const [options, replaceOptions] = useState(DEFAULT_OPTIONS)
  const engines = useEngines(hub)
  const engine = engineOf(engines, options.engine)
  const [creating, setCreating] = useState(false)
  const [lost, setLost] = useState<readonly string[]>([])
  const sent = useShrunk(visual)
  const [upload, sendAgain] = useUpload(hub, sent)
  const visualUpload: Upload = visual !== null && sent === null ? PREPARING : upload
  const first = useVoice(hub)
  const second = useVoice(hub)
  const change = useCallback((changed: Partial<Options>) => {
    replaceOptions((before) => ({ ...before, ...changed }))
  }, [])
  const choosePicture = useCallback((medium: Medium) => {
    setVisual(medium)
    replaceOptions((before) => ({ ...before, face: 0, cropToFace: false, boxes: [] }))
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
  const restore = useCallback(
    (was: Pick<KeptDraft, 'visual' | 'voices' | 'options'>) => {
      setVisual(was.visual)
      chooseFirst(was.voices[0]?.medium ?? null, was.voices[0]?.trim ?? null)
      chooseSecond(was.voices[1]?.medium ?? null, was.voices[1]?.trim ?? null)
      replaceOptions(was.options)
      setLost([])
    },
    [chooseFirst, chooseSecond],
  )
  const content = useMemo(
    () => ({
      visual,
      voices: [first, second].map(({ medium, trim }) => ({ medium, trim })),
      options,
    }),
    [visual, first.medium, first.trim, second.medium, second.trim, options],
  )
  const kept = useKeptDrafts(content, restore)
  const request = useMemo(
    () => requestOf(visual, visualUpload, voices, options, nameOf(engine)),
    [visual, visualUpload, voices, options, nameOf(engine)],
  )
  return {
    visual,
    visualUpload,
    sendVisualAgain: visual?.blob == null ? null : sendAgain,
    voices,
    options,
    engines,
    engine,
    request,
    lost,
    creating,
    choosePicture,
    dropPicture,
    change,
    setCreating,
    kept,
    load,
  }
}

function requestOf(
  visual: Medium | null,
  visualUpload: Upload,
  voices: readonly Voice[],
  options: Options,
  engine: string | null,
): GenerationRequest | null {
  if (visual === null || visualUpload.status !== 'ready') return null
  const { script } = options
  if (script !== null) {
    if (script.text.trim() === '') return null
    return {
      ...visualMember(visual, visualUpload.source),
      audio: scriptMember(script),
      ...memberOf(options, engine),
    }
  }
  const files: MediumSource[] = []
  for (const { upload } of voices) {
    if (upload.status !== 'ready') return null
    files.push(upload.source)
  }
  const [only] = files
  if (only === undefined) return null
  return {
    ...visualMember(visual, visualUpload.source),
    audio:
      files.length === 1
        ? only
        : files.map((file, index) => ({ ...file, ...speakerOf(options, index) })),
    ...memberOf(options, engine),
  }
}

function visualMember(visual: Medium, source: MediumSource) {
  return kindOf(visual) === 'video' ? { video: source } : { image: source }
}

function memberOf(options: Options, engine: string | null): GenerationRequest {
  return optionMembers(engine === null ? options : { ...options, engine })
}

/** The hub's default needs no name. */
function nameOf(engine: EngineResource | null): string | null {
  return engine === null || engine.default ? null : engine.name
}

function speakerOf({ boxes }: Options, index: number) {
  const box = boxes[index]
  return {
    speaker: index === 0 ? ('left' as const) : ('right' as const),
    ...(box === undefined ? {} : { box }),
  }
}

/** The reason why the video cannot be created yet, in words; null when there is none. */
export function whatIsMissing({ visual, visualUpload, voices, options }: Draft): string | null {
  if (options.script !== null) {
    if (visual === null) return 'Choose a picture.'
    if (options.script.text.trim() === '') return 'Write what the person says.'
    if (visualUpload.status === 'failed') return 'A file could not be sent to the hub.'
    return visualUpload.status === 'sending' ? 'Sending the files to the hub …' : null
  }
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
