// Removes the blobs of a list that nobody names any more. The file goes within the transaction that forgets it, so that
// nobody can begin to need it in between.
import type { Sha256 } from '../domain/ids.ts'
import type { BlobPorts } from './hub-ports.ts'

export async function removeUnneededBlobs(
  candidates: readonly Sha256[],
  { unitOfWork, references, blobs }: BlobPorts,
): Promise<void> {
  for (const sha256 of candidates) {
    await unitOfWork.write(async (tx) => {
      if (await references.forgetUnused(tx, sha256)) await blobs.remove(sha256)
    })
  }
}
