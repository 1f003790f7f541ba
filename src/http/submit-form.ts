// Submits a job with its files in one multipart form. Each file is an upload until the job is accepted; then the job keeps its
// content. A rejected form leaves nothing behind.
import type { SubmittedJob } from '../app/hub.ts'
import type { UploadedFile } from '../app/ports/file-store.ts'
import { formToRequest } from './body/form-request.ts'
import { refuseEncoded } from './body/json-body.ts'
import { readForm } from './body/multipart-form.ts'
import { bodyRules, type Exchange, submitOptions } from './exchange.ts'

/** Size of boundaries, part headers and texts of a form. */
const FORM_OVERHEAD_BYTES = 2_000_000

/** @throws AppError those of the form, of its files and of `submit` */
export async function submitForm(exchange: Exchange): Promise<SubmittedJob> {
  const { request, hub, caller } = exchange
  refuseEncoded(request.raw)
  const uploads: UploadedFile[] = []
  const maxBytes = hub.status.limits().uploadMaxBytes + FORM_OVERHEAD_BYTES
  try {
    const parts = await readForm(
      request.raw,
      {
        ...bodyRules(exchange, maxBytes),
        receive: ({ content, contentType, filename }, signal) =>
          hub.files.receive({
            content,
            contentType,
            filename,
            caller,
            signal,
            expectedSha256: null,
          }),
      },
      (file) => uploads.push(file),
    )
    return await hub.jobs.submit(formToRequest(parts), submitOptions(exchange))
  } finally {
    for (const { id } of uploads) await hub.files.delete(id)
  }
}
