// Uploads that arrive in parts: the parts are a file in the folder of uploads, which becomes a blob when all are there.
import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../domain/errors.ts'
import { parseFileId } from '../../domain/ids.ts'
import { BlobHold } from '../blob-hold.ts'
import type { HubPorts } from '../hub-ports.ts'
import type { UploadedFile } from '../ports/file-store.ts'
import { alreadyWritten, getFile, giveContent } from './upload-file.ts'

/** Moves the parts into the store. @throws AppError `file_not_found`, `file_already_written`, `input_empty`, `disk_full` */
export async function completeUpload(
  id: string,
  { contentType, signal }: { readonly contentType: string | null; readonly signal: AbortSignal },
  ports: HubPorts,
): Promise<UploadedFile> {
  const file = await getFile(id, ports)
  if (file.content !== null) throw alreadyWritten(id)
  const hold = new BlobHold(ports, ports.ids.newToken())
  try {
    const path = join(ports.uploadFolder, file.id)
    if ((await stat(path)).size === 0) throw new AppError('input_empty', 'The file has no content.')
    const held = await hold.takeFile(path, signal)
    return await giveContent({ file, held, contentType, expectedSha256: null }, hold, ports)
  } finally {
    await hold.release()
  }
}

/** Deletes the parts of uploads that are complete, deleted or expired. */
export async function sweepUploads({
  unitOfWork,
  files,
  uploadFolder,
}: Pick<HubPorts, 'unitOfWork' | 'files' | 'uploadFolder'>): Promise<void> {
  const names = await readdir(uploadFolder).catch(() => [])
  for (const name of names) {
    const id = parseFileId(name.replace(/\.json$/, ''))
    const file = id === null ? null : await unitOfWork.read((tx) => files.get(tx, id))
    if (file !== null && file.content === null) continue
    await rm(join(uploadFolder, name), { force: true })
  }
}
