// A file in Beam's object store under the hash of its content: sent once, found again for ever.
import type { Json } from './gateway.ts'
import { call, type Gateway, textIn } from './gateway.ts'
import { putSigned } from './signed-put.ts'

export interface ObjectContent {
  readonly sha256: string
  readonly bytes: Uint8Array<ArrayBuffer>
}

const WHAT = 'the build context'

/** @returns its id, or null when it is not there */
export async function findObject(
  gateway: Gateway,
  sha256: string,
  signal: AbortSignal,
): Promise<string | null> {
  const path = `/api/v1/gateway/objects/${sha256}`
  const json = await call(gateway, { path, what: WHAT, signal })
  if (json.exists !== true) return null
  return textIn(gateway, json, ['objectId', 'object_id'], WHAT)
}

export function createObjectRequest({ sha256, bytes }: ObjectContent): Json {
  const size = bytes.byteLength
  return { object_metadata: { name: sha256, size }, hash: sha256, size, overwrite: true }
}

/** @returns its id. @throws AppError `deployment_failed` when the store refuses it */
export async function createObject(
  gateway: Gateway,
  content: ObjectContent,
  signal: AbortSignal,
): Promise<string> {
  let id = ''
  await putSigned({
    // Asked for anew, it overwrites what a broken upload left.
    async link(linkSignal) {
      const json = await call(gateway, {
        method: 'POST',
        path: '/api/v1/gateway/objects',
        body: createObjectRequest(content),
        what: WHAT,
        signal: linkSignal,
      })
      id = textIn(gateway, json, ['objectId', 'object_id'], WHAT)
      return textIn(gateway, json, ['presignedUrl', 'presigned_url'], WHAT)
    },
    body: new Blob([content.bytes]),
    contentType: 'application/zip',
    what: WHAT,
    signal,
  })
  return id
}
