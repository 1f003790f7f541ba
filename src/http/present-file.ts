// An uploaded file as the API shows it. `baseUrl` is as in present-job.ts.
import type { FileResource } from '@infinitetalk/contract'
import type { UploadedFile } from '../app/ports/file-store.ts'
import { isoTime } from './iso-time.ts'

export function presentFile(file: UploadedFile, maxBytes: number, baseUrl: string): FileResource {
  const ready = file.content !== null
  return {
    id: file.id,
    object: 'file',
    status: ready ? 'ready' : 'pending',
    filename: file.filename,
    content_type: file.contentType,
    bytes: file.content?.bytes ?? null,
    sha256: file.content?.sha256 ?? null,
    created_at: isoTime(file.createdAtMs),
    expires_at: isoTime(file.expiresAtMs),
    upload_url: ready ? null : `${baseUrl}/v1/files/${file.id}/content`,
    method: 'PUT',
    max_bytes: maxBytes,
  }
}
