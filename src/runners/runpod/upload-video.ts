// Uploads the video to a signed link that came with the job. The link is untrusted: it is checked like that of an input, and no
// redirect is followed.
import type { OpenedVideo } from '../../app/hub.ts'
import { pause } from '../../async/pause.ts'
import { AppError, toAppError } from '../../domain/errors.ts'
import type { NetworkGuard } from '../../net/guarded-connector.ts'
import { guardedRequest } from '../../net/guarded-request.ts'

const MAX_TRIES = 3
const FIRST_PAUSE_MS = 1000
const FIXED_MS = 60_000
/** The slowest line that still counts. */
const SLOWEST_BYTES_PER_MS = 64
const AGAIN: ReadonlySet<number> = new Set([408, 425, 429])

/** @throws AppError `url_*` for a link that is not allowed, `output_unwritable`, or the reason of the signal */
export async function uploadVideo(
  video: OpenedVideo,
  url: string,
  guard: NetworkGuard,
  signal: AbortSignal,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const trouble = await tryOnce(video, url, guard, signal)
    if (trouble === null) return
    signal.throwIfAborted()
    if (!trouble.passes || attempt === MAX_TRIES) {
      const detail = `The video could not be uploaded to its "upload_url": ${trouble.why}`
      throw new AppError('output_unwritable', detail, { pointer: '/upload_url' })
    }
    await pause(FIRST_PAUSE_MS * 2 ** (attempt - 1), signal).catch(() => {})
  }
}

async function tryOnce(
  video: OpenedVideo,
  url: string,
  guard: NetworkGuard,
  signal: AbortSignal,
): Promise<{ readonly passes: boolean; readonly why: string } | null> {
  const body = await video.read()
  const deadlineMs = FIXED_MS + Math.ceil(video.bytes / SLOWEST_BYTES_PER_MS)
  try {
    const response = await guardedRequest(
      {
        url,
        method: 'PUT',
        headers: { 'content-type': video.contentType, 'content-length': String(video.bytes) },
        body,
        signal: AbortSignal.any([signal, AbortSignal.timeout(deadlineMs)]),
      },
      guard,
    )
    await response.close()
    const { status } = response
    if (status >= 200 && status < 300) return null
    return { passes: status >= 500 || AGAIN.has(status), why: `HTTP ${status}.` }
  } catch (thrown) {
    if (signal.aborted) throw toAppError(signal.reason)
    const error = toAppError(thrown)
    const passes = error.code === 'url_unreachable' || error.code === 'url_timeout'
    if (!passes && /^url_/.test(error.code)) throw error
    return { passes: true, why: error.detail }
  } finally {
    body.destroy()
  }
}
