// Bytes to the signed link of an object store. The token stays out of it: such a link opens for whoever has it, and a store
// refuses two kinds of credentials. What passes by itself is tried again, what is refused is told in the store's own words.
import { abortError } from '../async/abort-error.ts'
import { pause } from '../async/pause.ts'
import { AppError } from '../domain/errors.ts'
import { readBoundedText } from '../net/bounded-answer.ts'
import { USER_AGENT } from '../net/user-agent.ts'

export interface SignedPut {
  /** Asked for before every try: links age. */
  link(signal: AbortSignal): Promise<string>
  /** The first link was made with many others, and may have aged until its turn came. */
  readonly firstLinkAges?: boolean
  /** Read from its file as it is sent. */
  readonly body: Blob
  readonly contentType?: string
  /** For the sentence: `the build context`. */
  readonly what: string
  readonly signal: AbortSignal
  readonly times?: PutTimes
}

export interface PutTimes {
  /** Before the second try; twice as long before each further one. */
  readonly retryMs: number
}

const TIMES: PutTimes = { retryMs: 1000 }
const MAX_TRIES = 5
/** A slow line still carries this much; beside that, the time of any other request. */
const SLOWEST_BYTES_PER_MS = 64
const FIXED_MS = 60_000
const MAX_WORDS = 300
/** Of the words in which it refuses. */
const MAX_ANSWER_BYTES = 64 * 1024

/** @returns the store's tag for what it took. @throws AppError `deployment_failed`, `path_unreadable` */
export async function putSigned(put: SignedPut): Promise<string> {
  const { signal, times = TIMES } = put
  for (let tries = 1; ; tries += 1) {
    const outcome = await tryOnce(put, tries)
    if ('etag' in outcome) return outcome.etag
    if (signal.aborted) throw abortError(signal)
    if (!outcome.passes || tries === MAX_TRIES) {
      const detail = `The object store of Beam did not take ${put.what}: ${outcome.reason}.`
      throw new AppError('deployment_failed', detail)
    }
    await pause(times.retryMs * 2 ** (tries - 1), signal)
  }
}

type Outcome = { readonly etag: string } | { readonly passes: boolean; readonly reason: string }

async function tryOnce(
  { link, firstLinkAges = false, body, contentType, what, signal }: SignedPut,
  tries: number,
): Promise<Outcome> {
  const deadline = AbortSignal.timeout(FIXED_MS + Math.ceil(body.size / SLOWEST_BYTES_PER_MS))
  try {
    const url = await link(signal)
    const response = await fetch(url, {
      method: 'PUT',
      body,
      redirect: 'error',
      headers: {
        'user-agent': USER_AGENT,
        ...(contentType === undefined ? {} : { 'content-type': contentType }),
      },
      signal: AbortSignal.any([signal, deadline]),
    })
    const { status, ok, headers } = response
    if (ok) {
      await response.body?.cancel()
      return { etag: headers.get('etag') ?? '' }
    }
    const text = await readBoundedText(response, MAX_ANSWER_BYTES, 'the object store').catch(
      () => '',
    )
    const mayBeOld = firstLinkAges && tries === 1 && (status === 400 || status === 403)
    const passes = mayBeOld || status === 408 || status === 429 || status >= 500
    return { passes, reason: `HTTP ${status}${wordsOf(text)}` }
  } catch (thrown) {
    // The gateway could not be asked for a link: that passes, unlike what it refuses.
    if (thrown instanceof AppError) {
      if (thrown.code !== 'engine_unreachable') throw thrown
      return { passes: true, reason: thrown.detail.replace(/\.$/, '') }
    }
    if (isUnreadable(thrown)) {
      throw new AppError('path_unreadable', `The file of ${what} has changed, or cannot be read.`, {
        cause: thrown,
      })
    }
    const reason = deadline.aborted ? 'it took too long' : 'the connection broke'
    return { passes: true, reason }
  }
}

/** A file that was changed while it was read, which sending it again does not mend. */
function isUnreadable(thrown: unknown): boolean {
  const { cause } = thrown instanceof Error ? thrown : {}
  return cause instanceof Error && cause.name === 'NotReadableError'
}

/** Stores answer in XML. */
function wordsOf(text: string): string {
  const words = /<Message>([^<]+)<\/Message>/.exec(text)?.[1] ?? ''
  return words === '' ? '' : `, ${words.trim().replace(/\.$/, '').slice(0, MAX_WORDS)}`
}
