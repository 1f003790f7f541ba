// The draft of the next video. Its media are uploaded while the person goes on choosing.

import type { EngineResource, GenerationRequest } from '@infinitetalk/contract'
import { useCallback, useMemo, useState } from 'preact/hooks'
import type { HubConnection } from '../hub/hub-connection.ts'
import { engineOf, useEngines } from '../hub/use-engines.ts'
import { say } from '../language/say.ts'
import type { KeptDraft } from './kept-drafts.ts'
import { kindOf, type Medium } from './medium.ts'
import { DEFAULT_OPTIONS, type Options } from './options.ts'
import { requestOf } from './request-of.ts'
import type { EarlierDraft } from './use-again.ts'
import { type FoundFaces, useFaces } from './use-faces.ts'
import { type KeptDrafts, useKeptDrafts } from './use-kept-drafts.ts'
import { useShrunk } from './use-shrunk.ts'
import { type Upload, useUpload } from './use-upload.ts'
import { useVoice, type Voice } from './use-voice.ts'
import { useVoicePile, type VoicePile } from './use-voice-pile.ts'

export interface Draft {
  readonly visual: Medium | null
  readonly visualUpload: Upload
  /** null: the bytes of the picture are not here. */
  readonly sendVisualAgain: (() => void) | null
  /** The faces of the picture. */
  readonly found: FoundFaces
  /** One for each speaker, the left one first; one for both in one recording. */
  readonly voices: readonly Voice[]
  /** Further voices: each makes a video of its own. */
  readonly pile: VoicePile
  readonly options: Options
  readonly engines: readonly EngineResource[]
  /** The engine that will render it; null until the hub has answered. */
  readonly engine: EngineResource | null
  /** null while something is missing or still being sent. */
  readonly request: GenerationRequest | null
  /** Sentences: what could not be restored from an earlier take or a kept draft. */
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
  const found = useFaces(hub, visualUpload, visual !== null && kindOf(visual) !== 'video')
  const first = useVoice(hub)
  const second = useVoice(hub)
  const pile = useVoicePile(hub)
  const change = useCallback((changed: Partial<Options>) => {
    replaceOptions((before) => ({ ...before, ...changed }))
  }, [])
  const choosePicture = useCallback((medium: Medium) => {
    setVisual(medium)
    replaceOptions((before) => ({
      ...before,
      face: 0,
      cropToFace: false,
      placing: null,
      boxes: [],
    }))
  }, [])
  const dropPicture = useCallback(() => setVisual(null), [])
  // The turns of another recording mean nothing.
  const withTurns = (voice: Voice): Voice => ({
    ...voice,
    choose(medium, trim) {
      voice.choose(medium, trim)
      change({ stretches: null })
    },
  })
  const voices = useMemo(
    () => (options.speakers === 2 && !options.together ? [first, second] : [withTurns(first)]),
    [options.speakers, options.together, first, second],
  )
  const [chooseFirst, chooseSecond] = [first.choose, second.choose]
  const load = useCallback(
    (earlier: EarlierDraft) => {
      setVisual(earlier.visual)
      chooseFirst(earlier.voices[0] ?? null)
      chooseSecond(earlier.voices[1] ?? null)
      replaceOptions(earlier.options)
      pile.clear()
      setLost(earlier.missing)
    },
    [chooseFirst, chooseSecond, pile],
  )
  const restore = useCallback(
    (was: Pick<KeptDraft, 'visual' | 'voices' | 'pile' | 'unkept' | 'options'>) => {
      setVisual(was.visual)
      chooseFirst(was.voices[0]?.medium ?? null, was.voices[0]?.trim ?? null)
      chooseSecond(was.voices[1]?.medium ?? null, was.voices[1]?.trim ?? null)
      // A draft of an older page lacks the newer choices.
      replaceOptions(
        was.options === DEFAULT_OPTIONS ? DEFAULT_OPTIONS : { ...DEFAULT_OPTIONS, ...was.options },
      )
      setLost((was.unkept?.inputs ?? []).map(sayTooLarge))
      pile.clear()
      pile.add(was.pile ?? [])
      pile.lose(was.unkept?.pile ?? [])
    },
    [chooseFirst, chooseSecond, pile],
  )
  const content = useMemo(
    () => ({
      visual,
      voices: [first, second].map(({ medium, trim }) => ({ medium, trim })),
      pile: pile.media,
      options,
    }),
    [visual, pile.media, first.medium, first.trim, second.medium, second.trim, options],
  )
  const kept = useKeptDrafts(content, restore)
  const faces = found.data
  const request = useMemo(
    () => requestOf({ visual, visualUpload, voices, options, engine, faces }),
    [visual, visualUpload, voices, options, engine?.name, engine?.default, faces],
  )
  return {
    visual,
    visualUpload,
    sendVisualAgain: visual?.blob == null ? null : sendAgain,
    found,
    voices,
    pile,
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

function sayTooLarge(name: string): string {
  return say('{name} is too large for this browser to keep. Choose it again.', { name })
}

/** How many videos it makes. */
export function countOf({ options, pile }: Pick<Draft, 'options' | 'pile'>): number {
  const isAlone = options.script !== null || options.speakers === 2
  return options.variants * (isAlone ? 1 : 1 + pile.voices.length)
}

/** The reason why the video cannot be created yet, in words; null when there is none. */
export function whatIsMissing(draft: Draft): string | null {
  const { visual, visualUpload, voices, options, request } = draft
  if (options.script !== null) {
    if (visual === null) return say('Choose a picture.')
    if (options.script.text.trim() === '') return say('Write what the person says.')
    if (visualUpload.status === 'failed') return say('A file could not be sent to the hub.')
    return visualUpload.status === 'sending' ? say('Sending the files to the hub …') : null
  }
  const silent = voices.filter(({ medium }) => medium === null).length
  if (visual === null && silent > 0) return say('Choose a picture and a voice.')
  if (visual === null) return say('Choose a picture.')
  if (silent > 0)
    return voices.length === 1 ? say('Choose a voice.') : say('Choose a voice for each speaker.')
  const uploads = [visualUpload, ...[...voices, ...draft.pile.voices].map(({ upload }) => upload)]
  if (uploads.some(({ status }) => status === 'failed'))
    return say('A file could not be sent to the hub.')
  if (uploads.some(({ status }) => status === 'sending' || status === 'none'))
    return say('Sending the files to the hub …')
  if (request !== null) return null
  if (draft.found.looking) return say('Looking for faces …')
  return options.together ? say('Say who speaks when in the recording.') : null
}
