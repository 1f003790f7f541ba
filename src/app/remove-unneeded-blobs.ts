// Removes the blobs of a list that have no reference left. The file goes within the transaction that forgets it, so that
// nobody can begin to need it in between.
import type { Sha256 } from '../domain/ids.ts'
import type { BlobPorts } from './hub-ports.ts'

/** @returns the bytes that were freed */
export async function removeUnneededBlobs(
  candidates: readonly Sha256[],
  { unitOfWork, references, blobs }: BlobPorts,
): Promise<number> {
  let bytes = 0
  for (const sha256 of candidates) {
    bytes += await unitOfWork.free(async (tx) => {
      if (!(await references.forgetUnused(tx, sha256))) return 0
      const size = (await blobs.size(sha256)) ?? 0
      await blobs.remove(sha256)
      return size
    })
  }
  return bytes
}
