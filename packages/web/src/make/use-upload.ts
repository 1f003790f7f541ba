// Sends a medium to the hub as soon as it is chosen, so that Create need not wait and problems with a file show early. A failed
// upload is retried by itself, and when the person asks for it.
import { AbortedError } from '@infinitetalk/client'
import { useCallback, useEffect, useState } from 'preact/hooks'
import { type Failure, failureOf } from '../hub/failure.ts'
import type { HubConnection } from '../hub/hub-connection.ts'
import { untilAnswered } from '../hub/until-answered.ts'
import type { Medium, MediumSource } from './medium.ts'

export type Upload =
  | { readonly status: 'none' }
  /** How much of a large file the hub has. */
  | { readonly status: 'sending'; readonly percent?: number }
  | { readonly status: 'ready'; readonly source: MediumSource }
  | { readonly status: 'failed'; readonly failure: Failure }

const NONE: Upload = { status: 'none' }
const SENDING: Upload = { status: 'sending' }
/** The client sends a larger file in parts, and so knows how far it is. */
const LARGE_BYTES = 8_000_000

/** @returns the state of the upload, and a function that sends the bytes again: the hub deletes unused uploads after a while */
export function useUpload(
  { client }: HubConnection,
  medium: Medium | null,
): readonly [Upload, sendAgain: () => void] {
  const [state, setState] = useState<{ readonly of: Medium | null; readonly upload: Upload }>({
    of: null,
    upload: NONE,
  })
  const [again, setAgain] = useState<{ readonly of: Medium; readonly times: number } | null>(null)
  const times = again !== null && again.of === medium ? again.times : 0
  const source = times === 0 ? (medium?.source ?? null) : null
  useEffect(() => {
    if (medium?.blob == null || source !== null) return
    const stop = new AbortController()
    const { signal } = stop
    const { blob, name } = medium
    const fail = (error: unknown): void => {
      if (error instanceof AbortedError) return
      setState({ of: medium, upload: { status: 'failed', failure: failureOf(error) } })
    }
    const showProgress = ({ sentBytes }: { readonly sentBytes: number }): void => {
      if (signal.aborted || blob.size <= LARGE_BYTES) return
      const percent = Math.floor((100 * sentBytes) / blob.size)
      setState({ of: medium, upload: { status: 'sending', percent } })
    }
    const send = () =>
      client.files.upload(blob, { filename: name, signal, onProgress: showProgress })
    setState({ of: medium, upload: SENDING })
    untilAnswered(send, signal, fail).then(
      ({ id }) => setState({ of: medium, upload: { status: 'ready', source: { file_id: id } } }),
      fail,
    )
    return () => stop.abort()
  }, [client, medium, source, times])
  const sendAgain = useCallback(() => {
    if (medium?.blob == null) return
    setState({ of: medium, upload: SENDING })
    setAgain((before) => ({
      of: medium,
      times: before !== null && before.of === medium ? before.times + 1 : 1,
    }))
  }, [medium])
  if (medium === null) return [NONE, sendAgain]
  if (source !== null) return [{ status: 'ready', source }, sendAgain]
  // Until the effect runs, the state still belongs to the previous medium.
  return [state.of === medium ? state.upload : SENDING, sendAgain]
}
