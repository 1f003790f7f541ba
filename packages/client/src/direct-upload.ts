// An upload straight to the bucket of the hub, by a URL that the hub signed: its bytes do not pass the hub. Where the bucket cannot be
// reached, the file goes through the hub.
import type { FileResource } from '@infinitetalk/contract'
import { AbortedError } from './errors.ts'
import { apiPath } from './path.ts'
import type { Transport } from './transport.ts'
import type { Upload } from './upload-body.ts'

/** The hub reads the bytes from its bucket before it answers. */
const READ_BYTES_PER_MS = 10_000

/** @returns the complete file; null when it has to go through the hub @throws AbortedError */
export async function uploadDirectly(
  transport: Transport,
  { id, direct_upload: direct }: FileResource,
  { body, totalBytes, contentDigest }: Upload,
  signal: AbortSignal | undefined,
): Promise<FileResource | null> {
  // A hub of an older version says nothing of it.
  if (direct == null || totalBytes === null) return null
  try {
    await transport.send({
      method: 'PUT',
      target: new URL(direct.url),
      // A stream has no length of its own, and the signature holds for this one.
      headers: { 'content-length': String(totalBytes) },
      body,
      repeatable: true,
      signal,
    })
    await transport.send({
      method: 'POST',
      target: transport.resolve(direct.complete_url),
      headers: { 'content-digest': contentDigest ?? undefined },
      repeatable: true,
      alreadyDone: ({ code }) => code === 'file_already_written',
      waitMs: totalBytes / READ_BYTES_PER_MS,
      signal,
    })
  } catch (error) {
    if (error instanceof AbortedError) throw error
  }
  // The answer to its completion may have been lost.
  const target = apiPath`/v1/files/${id}`
  const call = { method: 'GET', target, repeatable: true, signal } as const
  const file = await transport.json<FileResource>(call)
  return file.status === 'ready' ? file : null
}
