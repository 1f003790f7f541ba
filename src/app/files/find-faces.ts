// Finds the faces of an uploaded picture: it is staged as for a render, searched, and deleted.
import type { Source } from '@infinitetalk/contract'
import type { Semaphore } from '../../async/semaphore.ts'
import { BlobHold } from '../blob-hold.ts'
import type { PictureFaces } from '../hub.ts'
import type { HubPorts } from '../hub-ports.ts'
import { takeSource } from '../jobs/take-inputs.ts'
import { nameInput } from '../name-input.ts'
import { withWorkFolder } from '../work-folder.ts'

/** @throws AppError `image_*`, `input_*`, `file_*`, `base64_invalid` */
export async function findFaces(
  source: Extract<Source, { readonly kind: 'file' | 'base64' }>,
  { probes, signal }: { readonly probes: Semaphore; readonly signal: AbortSignal },
  ports: HubPorts,
): Promise<PictureFaces> {
  const { media, blobs, faces, limits } = ports
  const hold = new BlobHold(ports, ports.ids.newToken())
  try {
    const taking = { pointer: '/image', maxBytes: limits.imageMaxBytes, caller: null, signal }
    const taken = await takeSource(source, hold, ports, taking)
    await hold.publish()
    const path = await blobs.localPath(taken.sha256)
    return await probes.run(signal, () =>
      withWorkFolder(ports, async (workDir) => {
        const image = await media.stageImage(path, { workDir, signal }).catch((error: unknown) => {
          throw nameInput(error, taken.sha256, '/image')
        })
        const { width, height } = image
        return { size: { width, height }, faces: await faces.findFaces(image.path, signal) }
      }),
    )
  } finally {
    await hold.release()
  }
}
