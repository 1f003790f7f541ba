// Uploads that go from the client to the bucket, where the store allows it: the client gets a signed URL for exactly the bytes that it
// announced, and asks the hub to complete the file. The hub reads them as it reads every upload, before any job can use them.
import { AppError } from '../../domain/errors.ts'
import { type FileId, parseFileId } from '../../domain/ids.ts'
import { BlobHold } from '../blob-hold.ts'
import type { DirectUpload, WriteFileOptions } from '../hub.ts'
import type { HubPorts } from '../hub-ports.ts'
import { checkDiskHasRoom } from '../jobs/submit-job.ts'
import type { UploadedFile } from '../ports/file-store.ts'
import { alreadyWritten, getFile, giveContent } from './upload-file.ts'

/** @returns null where clients send their bytes to the hub */
export async function grantDirectUpload(
  { id, announcedBytes }: UploadedFile,
  { blobs: { direct }, directUploadMs, clock }: HubPorts,
): Promise<DirectUpload | null> {
  if (direct === undefined || directUploadMs === null || announcedBytes === null) return null
  if (announcedBytes > direct.maxBytes) return null
  const seconds = Math.ceil(directUploadMs / 1000)
  const expiresAtMs = clock.epochMs() + seconds * 1000
  return { url: await direct.grant(id, { bytes: announcedBytes, seconds }), expiresAtMs }
}

/** @throws AppError `file_not_found`, `file_already_written`, `file_not_ready`, `digest_mismatch`, `store_unavailable`, `disk_full` */
export async function completeDirectUpload(
  id: string,
  { expectedSha256, signal }: Pick<WriteFileOptions, 'expectedSha256' | 'signal'>,
  ports: HubPorts,
): Promise<UploadedFile> {
  const file = await getFile(id, ports)
  if (file.content !== null) throw alreadyWritten(id)
  await checkDiskHasRoom(ports)
  const { direct } = ports.blobs
  const { announcedBytes: bytes, contentType } = file
  const hold = new BlobHold(ports, ports.ids.newToken())
  try {
    const staged =
      direct === undefined || bytes === null ? null : await direct.stage(file.id, { bytes, signal })
    if (staged === null) {
      throw new AppError('file_not_ready', `Nothing was uploaded for the file "${file.id}".`)
    }
    const held = hold.takeStaged(staged)
    const given = { file, held, contentType, expectedSha256 }
    const complete = await giveContent(given, hold, ports)
    // If this fails, a sweep deletes it.
    await direct?.remove(file.id).catch(() => {})
    return complete
  } finally {
    await hold.release()
  }
}

/** Deletes what was uploaded for files that are complete, deleted or expired. @throws AppError `store_unavailable` */
export async function sweepDirectUploads({
  unitOfWork,
  files,
  blobs: { direct },
}: Pick<HubPorts, 'unitOfWork' | 'files' | 'blobs'>): Promise<void> {
  for (const name of (await direct?.names()) ?? []) {
    const id: FileId | null = parseFileId(name)
    // Somebody else's, in a bucket without S3_PREFIX.
    if (id === null) continue
    const file = await unitOfWork.read((tx) => files.get(tx, id))
    if (file === null || file.content !== null) await direct?.remove(name)
  }
}
