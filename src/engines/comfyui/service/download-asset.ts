// Fetches an output of a service, streamed to disk. The link is signed, on another host, and gets no key; it expires, so each
// connection asks for a new one once the old one is refused.
import { AppError } from '../../../domain/errors.ts'
import type { StreamedAnswer } from '../../../net/bounded-answer.ts'
import { sendLightly } from '../../../net/light-request.ts'
import { ResumablePart } from '../../../net/resumable-part.ts'
import {
  rangeHeaders,
  resumeDownload,
  type Sender,
  sendingOf,
} from '../../../net/resume-download.ts'
import type { ComfyAddress } from '../comfy-address.ts'
import { toRequestError } from '../comfy-request.ts'
import type { OutputDownload } from '../download-output.ts'
import { askService, isOwnOrigin, resolveLink } from './service-request.ts'

const IDLE_MS = 30_000
const RETRY_MS = 1000
const MAX_FRUITLESS = 5
const MAX_REDIRECTS = 3

/** @throws AppError `output_missing`, `output_invalid` above `maxBytes`, `engine_*`, `disk_full`, `canceled` */
export async function downloadAsset(
  address: ComfyAddress,
  { file, toPath, maxBytes, signal }: OutputDownload,
): Promise<{ readonly bytes: number }> {
  await using part = await ResumablePart.open(toPath, { resumes: false })
  const { subfolder: id, filename } = file
  await resumeDownload({
    sender: senderOf(address, id, filename, signal),
    ...{ part, maxBytes, signal, idleMs: IDLE_MS, maxFruitless: MAX_FRUITLESS },
    pauseMs: () => RETRY_MS,
  })
  return { bytes: part.bytes }
}

function senderOf(
  address: ComfyAddress,
  id: string,
  filename: string,
  signal: AbortSignal,
): Sender {
  const path = `/api/v2/assets/${encodeURIComponent(id)}`
  let link: string | null = null
  return {
    what: `The file ${filename} of the Comfy API`,
    async open(start, etag, either) {
      link ??= await linkOf(address, path, filename, either)
      const response = await follow(
        address,
        link,
        rangeHeaders(start, etag, { blindly: false }),
        either,
      )
      const sending = await sendingOf(response, start)
      if (sending !== null) return sending
      // The next connection takes a new link.
      link = null
      const { status } = response
      if (status === 404 || status === 410) throw missing(filename)
      const detail = `The storage of the Comfy API did not give out ${filename} (HTTP ${status}).`
      throw new AppError('engine_unreachable', detail, { meta: { status } })
    },
    explain: (thrown) => toRequestError(thrown, address, { path: 'an output', signal }),
    isPassing: (error) => error instanceof AppError && error.code === 'engine_unreachable',
  }
}

async function linkOf(
  address: ComfyAddress,
  path: string,
  filename: string,
  signal: AbortSignal,
): Promise<string> {
  try {
    const { json } = await askService(address, { path, signal })
    if (typeof json.url === 'string') return resolveLink(address, json.url)
  } catch (thrown) {
    if (thrown instanceof AppError && thrown.meta.status === 404) throw missing(filename)
    throw thrown
  }
  throw new AppError('engine_unreachable', `The Comfy API gave no link to ${filename}.`)
}

/** Redirects are followed here: the key must not go with them. */
async function follow(
  address: ComfyAddress,
  first: string,
  range: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<StreamedAnswer> {
  for (let url = first, redirects = 0; ; redirects += 1) {
    const key = isOwnOrigin(address, url) ? address.headers : {}
    const headers = { ...key, ...range }
    const response = await sendLightly({ url, method: 'GET', headers, signal })
    const location = response.headers.get('location')
    if (response.status < 301 || response.status > 308 || location === null) return response
    await response.body?.cancel()
    if (redirects === MAX_REDIRECTS) return response
    url = new URL(location, url).href
  }
}

function missing(filename: string): AppError {
  const detail = `The Comfy API no longer has the file ${filename} that it says was made.`
  return new AppError('output_missing', detail)
}
