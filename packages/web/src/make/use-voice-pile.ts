// Further voices of the draft, each for a video of its own. They are sent a few at a time, as soon as they are there.
import { AbortedError } from '@infinitetalk/client'
import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { failureOf } from '../hub/failure.ts'
import type { HubConnection } from '../hub/hub-connection.ts'
import { untilAnswered } from '../hub/until-answered.ts'
import type { Medium } from './medium.ts'
import type { Upload } from './use-upload.ts'

export interface PiledVoice {
  readonly medium: Medium
  readonly upload: Upload
}

export interface VoicePile {
  readonly voices: readonly PiledVoice[]
  /** The same list until one is added or removed. */
  readonly media: readonly Medium[]
  /** Names of those that are gone since a reload; empty as soon as others are added. */
  readonly lost: readonly string[]
  lose(names: readonly string[]): void
  add(media: readonly Medium[]): void
  remove(medium: Medium): void
  clear(): void
  /** Sends those again that failed. */
  sendAgain(): void
}

/** More would only share the same line. */
const AT_ONCE = 2
const SENDING: Upload = { status: 'sending' }

export function useVoicePile({ client }: HubConnection): VoicePile {
  const [voices, setVoices] = useState<readonly PiledVoice[]>([])
  const [lost, lose] = useState<readonly string[]>([])
  const sending = useRef(new Map<Medium, AbortController>())
  const setUpload = useCallback((medium: Medium, upload: Upload) => {
    setVoices((before) => before.map((one) => (one.medium === medium ? { medium, upload } : one)))
  }, [])
  useEffect(() => {
    const started = sending.current
    for (const { medium, upload } of voices) {
      if (started.size >= AT_ONCE) break
      const { blob } = medium
      if (blob === null || upload.status !== 'none' || started.has(medium)) continue
      const stop = new AbortController()
      started.set(medium, stop)
      setUpload(medium, SENDING)
      const { signal } = stop
      const send = () => client.files.upload(blob, { filename: medium.name, signal })
      const fail = (error: unknown): void => {
        if (error instanceof AbortedError) return
        setUpload(medium, { status: 'failed', failure: failureOf(error) })
      }
      untilAnswered(send, signal, fail)
        .then(({ id }) => setUpload(medium, { status: 'ready', source: { file_id: id } }), fail)
        .finally(() => {
          started.delete(medium)
          // The next one begins when the list changes.
          setVoices((before) => [...before])
        })
    }
  }, [client, voices, setUpload])
  // Uploads end with the page of this person, not with a view.
  useEffect(
    () => () => {
      for (const stop of sending.current.values()) stop.abort()
    },
    [client],
  )
  const media = useSteady(voices.map(({ medium }) => medium))
  return useMemo(() => {
    const drop = (gone: (voice: PiledVoice) => boolean): void => {
      for (const voice of voices) if (gone(voice)) sending.current.get(voice.medium)?.abort()
      setVoices((before) => before.filter((voice) => !gone(voice)))
    }
    return {
      voices,
      media,
      lost,
      lose,
      add: (media) => {
        lose([])
        setVoices((before) => [
          ...before,
          ...media.map((medium) => ({ medium, upload: { status: 'none' } as const })),
        ])
      },
      remove: (medium) => drop((voice) => voice.medium === medium),
      clear: () => {
        lose([])
        drop(() => true)
      },
      sendAgain: () =>
        setVoices((before) =>
          before.map((voice) =>
            voice.upload.status === 'failed' ? { ...voice, upload: { status: 'none' } } : voice,
          ),
        ),
    }
  }, [voices, media, lost])
}

/** The list of before while its members are the same. */
function useSteady<Member>(list: readonly Member[]): readonly Member[] {
  const before = useRef(list)
  const isSame =
    before.current.length === list.length && list.every((one, at) => one === before.current[at])
  if (!isSame) before.current = list
  return before.current
}
