// The faces in the chosen picture, asked for as soon as the hub has it.
import type { FaceList } from '@infinitetalk/contract'
import type { HubConnection } from '../hub/hub-connection.ts'
import { type Answer, useAnswer } from '../hub/use-answer.ts'
import type { Upload } from './use-upload.ts'

export interface FoundFaces extends Answer<FaceList> {
  /** The hub looks for them just now. */
  readonly looking: boolean
}

export function useFaces(hub: HubConnection, upload: Upload, isPicture: boolean): FoundFaces {
  const fileId =
    isPicture && upload.status === 'ready' && 'file_id' in upload.source
      ? upload.source.file_id
      : null
  const key = fileId === null ? null : `faces ${fileId}`
  const found = useAnswer(hub, key, (signal) => hub.client.files.faces(fileId ?? '', { signal }))
  return { ...found, looking: fileId !== null && found.data === null && found.failure === null }
}
