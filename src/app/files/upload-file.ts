// Files that are uploaded before the job that names them: created, filled once, kept for a day or until they are deleted.
import type { CreateFileRequest } from '@infinitetalk/contract'
import { AppError } from '../../domain/errors.ts'
import { parseFileId } from '../../domain/ids.ts'
import { BlobHold, type HeldBlob } from '../blob-hold.ts'
import type { Caller, WriteFileOptions } from '../hub.ts'
import type { HubPorts } from '../hub-ports.ts'
import { checkDiskHasRoom } from '../jobs/submit-job.ts'
import type { UploadedFile } from '../ports/file-store.ts'
import { removeUnneededBlobs } from '../remove-unneeded-blobs.ts'

/** @throws AppError `input_too_large`, `uploads_pending`, `disk_full` */
export async function createFile(
  request: CreateFileRequest,
  caller: Caller,
  ports: HubPorts,
): Promise<UploadedFile> {
  const { uploadMaxBytes, uploadLifeMs } = ports.limits
  const bytes = request.bytes ?? 0
  if (bytes > uploadMaxBytes) {
    const detail = `The file has ${bytes} bytes; at most ${uploadMaxBytes} are allowed.`
    throw new AppError('input_too_large', detail, { pointer: '/bytes', meta: { uploadMaxBytes } })
  }
  await checkDiskHasRoom(ports)
  const nowMs = ports.clock.epochMs()
  const file: UploadedFile = {
    id: ports.ids.newFileId(),
    ownerKey: caller.ownerKey,
    filename: request.filename ?? null,
    contentType: request.content_type ?? null,
    createdAtMs: nowMs,
    expiresAtMs: nowMs + uploadLifeMs,
    announcedBytes: request.bytes ?? null,
    content: null,
  }
  await ports.unitOfWork.write(async (tx) => {
    const pending = await ports.files.pending(tx, caller.ownerKey, nowMs)
    const { uploadMaxPending } = ports.limits
    if (pending >= uploadMaxPending) {
      const detail = `${pending} files have no content yet; the maximum is ${uploadMaxPending}.`
      throw new AppError('uploads_pending', detail, { meta: { pending, uploadMaxPending } })
    }
    await ports.files.insert(tx, file)
  })
  return file
}

/** @throws AppError `file_not_found`, `file_already_written`, `input_too_large`, `input_empty`, `digest_mismatch`, `disk_full` */
export async function writeFile(
  id: string,
  { content, contentType, expectedSha256, signal }: WriteFileOptions,
  ports: HubPorts,
): Promise<UploadedFile> {
  const file = await getFile(id, ports)
  if (file.content !== null) throw alreadyWritten(id)
  await checkDiskHasRoom(ports)
  const hold = new BlobHold(ports, ports.ids.newToken())
  try {
    const held = await hold.take(content, { maxBytes: ports.limits.uploadMaxBytes, signal })
    return await giveContent({ file, held, contentType, expectedSha256 }, hold, ports)
  } finally {
    await hold.release()
  }
}

export interface ContentToGive extends Pick<WriteFileOptions, 'contentType' | 'expectedSha256'> {
  readonly file: UploadedFile
  readonly held: HeldBlob
}

/** @throws AppError `file_already_written`, `input_empty`, `digest_mismatch`, `store_unavailable`, `disk_full` */
export async function giveContent(
  { file, held, contentType, expectedSha256 }: ContentToGive,
  hold: BlobHold,
  ports: HubPorts,
): Promise<UploadedFile> {
  if (held.bytes === 0) throw new AppError('input_empty', 'The file has no content.')
  if (expectedSha256 !== null && expectedSha256.toLowerCase() !== held.sha256) {
    const detail = `The content has the SHA-256 ${held.sha256}, not ${expectedSha256}.`
    throw new AppError('digest_mismatch', detail)
  }
  await hold.publish()
  const type = contentType ?? file.contentType
  await ports.unitOfWork.write(async (tx) => {
    if (!(await ports.files.setContent(tx, file.id, held, type))) throw alreadyWritten(file.id)
    await hold.handOver(tx, { kind: 'file', id: file.id })
  })
  ports.observer.observe({ type: 'file.written', bytes: held.bytes })
  return { ...file, announcedBytes: null, content: held, contentType: type }
}

/** @throws AppError `file_not_found` */
export async function getFile(
  id: string,
  { unitOfWork, files, clock }: HubPorts,
): Promise<UploadedFile> {
  const fileId = parseFileId(id)
  const file = fileId === null ? null : await unitOfWork.read((tx) => files.get(tx, fileId))
  if (file === null || file.expiresAtMs <= clock.epochMs()) throw notFound(id)
  return file
}

/** @throws AppError `file_not_found` */
export async function deleteFile(id: string, ports: HubPorts): Promise<void> {
  const fileId = parseFileId(id)
  if (fileId === null) throw notFound(id)
  const dropped = await ports.unitOfWork.free(async (tx) => {
    if (!(await ports.files.delete(tx, fileId))) throw notFound(id)
    return ports.references.dropAll(tx, { kind: 'file', id: fileId })
  })
  await removeUnneededBlobs(dropped, ports)
}

function notFound(id: string): AppError {
  return new AppError('file_not_found', `There is no uploaded file "${id.slice(0, 80)}".`)
}

export function alreadyWritten(id: string): AppError {
  return new AppError('file_already_written', `The file "${id}" has its content already.`)
}
