// The faces in the chosen picture, asked for as soon as the hub has it.
import { AbortedError } from '@infinitetalk/client'
import type { FaceList } from '@infinitetalk/contract'
import { useEffect, useState } from 'preact/hooks'
import { type Failure, failureOf } from '../hub/failure.ts'
import { useHub } from '../hub/hub-context.ts'
import { untilAnswered } from '../hub/until-answered.ts'
import type { Upload } from './use-upload.ts'

export interface FoundFaces {
  /** null until the hub has looked. */
  readonly faces: FaceList | null
  /** The hub's reason for rejecting the picture. */
  readonly failure: Failure | null
}

const NOTHING: FoundFaces = { faces: null, failure: null }

export function useFaces(upload: Upload, isPicture: boolean): FoundFaces {
  const { client } = useHub()
  const fileId =
    isPicture && upload.status === 'ready' && 'file_id' in upload.source
      ? upload.source.file_id
      : null
  const [found, setFound] = useState<FoundFaces & { readonly of: string | null }>({
    ...NOTHING,
    of: null,
  })
  useEffect(() => {
    if (fileId === null) return
    const stop = new AbortController()
    const { signal } = stop
    const fail = (error: unknown): void => {
      if (error instanceof AbortedError) return
      setFound({ of: fileId, faces: null, failure: failureOf(error) })
    }
    untilAnswered(() => client.files.faces(fileId, { signal }), signal, fail).then(
      (faces) => setFound({ of: fileId, faces, failure: null }),
      fail,
    )
    return () => stop.abort()
  }, [client, fileId])
  return found.of === fileId ? found : NOTHING
}
