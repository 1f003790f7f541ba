// One model, from what is on the disk already to the verified file under its name. Wrong content never gets the name: it is
// downloaded once more from its beginning, then the model fails.
import { AppError } from '../domain/errors.ts'
import { findFormatFault } from './check-format.ts'
import { PartialFile } from './partial-file.ts'
import { type DownloadPorts, identityOf, type ModelDownload, Transfer } from './transfer.ts'

export interface DownloadedModel {
  readonly sha256: string
  readonly bytes: number
  /** Bytes received over the network. */
  readonly receivedBytes: number
}

const DAMAGED_ATTEMPTS = 2

/** @throws AppError `model_*`, `disk_full`, `canceled` */
export async function downloadModel(
  download: ModelDownload,
  ports: DownloadPorts,
): Promise<DownloadedModel> {
  const { model, paths, signal } = download
  const onHashed = (hashed: number): void => {
    if (part.isComplete) ports.onProgress(model.name, 'verifying', hashed, part.bytes)
  }
  const identity = identityOf(download.located, download.pinnedSha256)
  const part = await PartialFile.open(paths, identity, ports.boot, onHashed)
  try {
    const transfer = new Transfer(download, part, ports)
    for (let attempt = 1; ; attempt += 1) {
      await transfer.receiveAll()
      const found = await part.finishHash(signal)
      if (part.sha256 === null || found === part.sha256) {
        const fault = await findFormatFault(paths.part, model.file)
        if (fault !== null) {
          // The source reported the hash, so a matching hash does not show that this is a model.
          await transfer.startOver()
          throw new AppError('model_damaged', `${model.file}: ${fault}`)
        }
        await part.publish()
        return { sha256: found, bytes: part.bytes, receivedBytes: transfer.receivedBytes }
      }
      const expected = part.sha256
      await transfer.startOver()
      if (attempt < DAMAGED_ATTEMPTS) continue
      const detail = `${model.file} came ${attempt} times with the wrong content.`
      throw new AppError('model_damaged', detail, { meta: { expected, found } })
    }
  } finally {
    await part.close()
  }
}
