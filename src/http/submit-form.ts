// A job whose files come with it in one multipart form. Each file is an upload for as long as the job is being accepted;
// after that the job alone keeps its content, and a refused form leaves nothing behind.
import type { SubmittedJob } from '../app/hub.ts'
import type { UploadedFile } from '../app/ports/file-store.ts'
import { formToRequest } from './body/form-request.ts'
import { refuseEncoded } from './body/json-body.ts'
import { readForm } from './body/multipart-form.ts'
import { bodyRules, type Exchange, submitOptions } from './exchange.ts'

/** Boundaries, part headers and the texts of a form. */
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
