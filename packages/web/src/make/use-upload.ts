// Sends a medium to the hub as soon as it is chosen, so that Create has nothing left to wait for, and what is wrong with a file
// is said while the person still looks at it.
import { AbortedError } from '@infinitetalk/client'
import { useEffect, useState } from 'preact/hooks'
import { type Failure, failureOf } from '../hub/failure.ts'
import type { HubConnection } from '../hub/hub-connection.ts'
import type { Medium, MediumSource } from './medium.ts'

export type Upload =
  | { readonly status: 'none' }
  | { readonly status: 'sending' }
  | { readonly status: 'ready'; readonly source: MediumSource }
  | { readonly status: 'failed'; readonly failure: Failure }

const NONE: Upload = { status: 'none' }
const SENDING: Upload = { status: 'sending' }

export function useUpload({ client }: HubConnection, medium: Medium | null): Upload {
  const [state, setState] = useState<{ readonly of: Medium | null; readonly upload: Upload }>({
    of: null,
    upload: NONE,
  })
  useEffect(() => {
    if (medium?.blob == null || medium.source !== null) return
    const stop = new AbortController()
    const { blob, name } = medium
    setState({ of: medium, upload: SENDING })
    client.files
      .upload(blob, { filename: name, signal: stop.signal })
      .then(({ id }) =>
        setState({ of: medium, upload: { status: 'ready', source: { file_id: id } } }),
      )
      .catch((error: unknown) => {
        if (error instanceof AbortedError) return
        setState({ of: medium, upload: { status: 'failed', failure: failureOf(error) } })
      })
    return () => stop.abort()
  }, [client, medium])
  if (medium === null) return NONE
  if (medium.source !== null) return { status: 'ready', source: medium.source }
  // Between the choice and the effect the state is still that of the medium before.
  return state.of === medium ? state.upload : SENDING
}
