// Downloads a finished video, as a stream that resumes after a cut connection, or as a Blob with a checked hash. Nothing is
// fetched before the caller chooses one of them.
import type { VideoResource } from '@infinitetalk/contract'
import { ConnectionError, InfiniteTalkError } from './errors.ts'
import { readStream } from './read-stream.ts'
import { backOffMs } from './retry-policy.ts'
import { sleep } from './sleep.ts'
import type { Transport } from './transport.ts'
import { openVideo, type VideoAnswer } from './video-answer.ts'

export class VideoDownload {
  readonly #transport: Transport
  readonly #jobId: string
  readonly #signal: AbortSignal | undefined
  readonly bytes: number
  /** SHA-256 of the whole file, hexadecimal. */
  readonly sha256: string
  readonly contentType: string

  constructor(
    transport: Transport,
    jobId: string,
    video: VideoResource,
    signal: AbortSignal | undefined,
  ) {
    this.#transport = transport
    this.#jobId = jobId
    this.#signal = signal
    this.bytes = video.bytes
    this.sha256 = video.sha256
    this.contentType = video.content_type
  }

  /**
   * Exactly `bytes` bytes, or an error. Their content is not checked: hash them and compare with `sha256`, or use `blob()`.
   * Browsers can only hash content in memory.
   */
  stream(): ReadableStream<Uint8Array> {
    const pieces = this.#pieces()
    return new ReadableStream<Uint8Array>(
      {
        async pull(controller) {
          const { done, value } = await pieces.next()
          if (done === true) controller.close()
          else controller.enqueue(value)
        },
        async cancel() {
          await pieces.return(undefined)
        },
      },
      { highWaterMark: 0 },
    )
  }

  /** The whole video in memory. @throws InfiniteTalkError `download_damaged` when its hash differs */
  async blob(): Promise<Blob> {
    const pieces: Uint8Array<ArrayBuffer>[] = []
    for await (const piece of this.#pieces()) pieces.push(piece as Uint8Array<ArrayBuffer>)
    const blob = new Blob(pieces, { type: this.contentType })
    const sha256 = await sha256Hex(blob)
    if (sha256 !== null && sha256 !== this.sha256) {
      throw damaged(`its SHA-256 is ${sha256}, not ${this.sha256}`)
    }
    return blob
  }

  async *#pieces(): AsyncGenerator<Uint8Array, void, undefined> {
    const { retries } = this.#transport.connection
    let received = 0
    let fruitless = 0
    while (received < this.bytes) {
      const before = received
      try {
        const answer = await this.#open(received)
        for await (const piece of readStream(answer.stream)) {
          received += piece.byteLength
          yield piece
        }
        if (received < this.bytes) throw new ConnectionError('The video ended early.')
      } catch (error) {
        fruitless = received > before ? 0 : fruitless + 1
        const again = error instanceof ConnectionError && fruitless <= retries.maxRetries
        if (!again) throw error
        await sleep(backOffMs(retries, fruitless), this.#signal)
      }
    }
    if (received > this.bytes) throw damaged(`${received} bytes came, not ${this.bytes}`)
  }

  async #open(start: number): Promise<VideoAnswer> {
    const answer = await openVideo(this.#transport, this.#jobId, {
      // The ETag of a video is its hash.
      ...(start === 0 ? {} : { range: { start }, ifRange: `"${this.sha256}"` }),
      signal: this.#signal,
    })
    const unfit = answer.start !== start || (answer.totalBytes ?? this.bytes) !== this.bytes
    if (!unfit) return answer
    await answer.stream.cancel()
    throw damaged('the server did not go on with the same video where it had stopped')
  }
}

/** null where the platform cannot hash: browsers hash on secure origins only. */
async function sha256Hex(blob: Blob): Promise<string | null> {
  const subtle = globalThis.crypto.subtle as typeof globalThis.crypto.subtle | undefined
  if (subtle === undefined) return null
  const digest = await subtle.digest('SHA-256', await blob.arrayBuffer())
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

function damaged(why: string): InfiniteTalkError {
  return new InfiniteTalkError(`The video was damaged in transit: ${why}.`, {
    code: 'download_damaged',
    retryable: true,
  })
}
