// The hash by which services of the Comfy API v2 name bytes: BLAKE3, which Node does not have. A service that has a picture already
// is not sent it again. A film may have gigabytes, so it is hashed piece by piece.
import { createReadStream } from 'node:fs'

/** @returns `blake3:` and 64 hexadecimal digits @throws what the signal was aborted with */
export async function hashFile(path: string, signal: AbortSignal): Promise<string> {
  const { createBLAKE3 } = await import('hash-wasm')
  const hash = await createBLAKE3()
  for await (const piece of createReadStream(path, { signal })) hash.update(piece as Buffer)
  return `blake3:${hash.digest('hex')}`
}
