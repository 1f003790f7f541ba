// An uploaded file as the API shows it. `baseUrl` is as in present-job.ts.
import type { FileResource } from '@infinitetalk/contract'
import type { DirectUpload } from '../app/hub.ts'
import type { UploadedFile } from '../app/ports/file-store.ts'
import { isoTime } from './iso-time.ts'

interface Surroundings {
  readonly maxBytes: number
  readonly baseUrl: string
  readonly direct: DirectUpload | null
}

export function presentFile(
  file: UploadedFile,
  { maxBytes, baseUrl, direct }: Surroundings,
): FileResource {
  const ready = file.content !== null
  const url = `${baseUrl}/v1/files/${file.id}`
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
    upload_url: ready ? null : `${url}/content`,
    method: 'PUT',
    direct_upload:
      direct === null
        ? null
        : {
            url: direct.url,
            complete_url: `${url}/complete`,
            expires_at: isoTime(direct.expiresAtMs),
          },
    max_bytes: maxBytes,
  }
}
