// News of the running jobs of a service, as ComfyUI's messages: from each look, and from the stream of events of the newest job. Both
// are hints; a stream that is refused or breaks leaves the looks.
import { isRecord } from '@infinitetalk/contract/plain'
import { pause } from '../../../async/pause.ts'
import { sendLightly } from '../../../net/light-request.ts'
import { readEvents } from '../../../net/read-events.ts'
import type { ComfyAddress } from '../comfy-address.ts'
import type { ComfyMessage, ProgressSource, SourceOptions } from '../progress-socket.ts'
import type { Json } from './job-answer.ts'
import { isOwnOrigin, resolveLink } from './service-request.ts'

export class JobNews {
  readonly #address: ComfyAddress
  readonly #sources = new Set<JobSource>()

  constructor(address: ComfyAddress) {
    this.#address = address
  }

  open(options: SourceOptions): ProgressSource {
    const source = new JobSource(this.#address, options, () => this.#sources.delete(source))
    this.#sources.add(source)
    return source
  }

  /** @param own the id that this program gave the prompt */
  see(own: string, job: Json): void {
    for (const source of this.#sources) source.see(own, job)
  }
}

class JobSource implements ProgressSource {
  readonly #address: ComfyAddress
  readonly #options: SourceOptions
  readonly #stop = new AbortController()
  readonly #onClose: () => void
  #job: string | null = null
  #last = ''
  #listening: Promise<void> = Promise.resolve()
  #stream = new AbortController()
  isOpen = false

  constructor(address: ComfyAddress, options: SourceOptions, onClose: () => void) {
    this.#address = address
    this.#options = options
    this.#onClose = onClose
  }

  /** Nothing is connected before there is a job. */
  async settled(): Promise<void> {}

  reconnect(): void {
    this.#stream.abort()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#onClose()
    this.#stop.abort()
    this.#stream.abort()
    await this.#listening
  }

  see(own: string, job: Json): void {
    this.#hear(own, job)
    const links = isRecord(job.urls) ? job.urls : {}
    if (job.status !== 'running' || typeof links.events !== 'string' || this.#job === own) return
    this.#job = own
    this.#stream.abort()
    const events = links.events
    this.#listening = this.#listening.then(() => this.#listen(own, events))
  }

  async #listen(own: string, link: string): Promise<void> {
    const { firstBackoffMs, longestBackoffMs } = this.#options.times ?? TIMES
    for (let waitMs = firstBackoffMs; this.#job === own && !this.#stop.signal.aborted; ) {
      const wasOpen = await this.#listenOnce(own, link).catch(() => false)
      this.isOpen = false
      if (wasOpen === null) return
      waitMs = wasOpen ? firstBackoffMs : Math.min(waitMs * 2, longestBackoffMs)
      await pause(waitMs, this.#stop.signal).catch(() => {})
    }
  }

  /** @returns null when the job has ended, or when this service has no streams */
  async #listenOnce(own: string, link: string): Promise<boolean | null> {
    this.#stream = new AbortController()
    const signal = AbortSignal.any([this.#stop.signal, this.#stream.signal])
    const url = resolveLink(this.#address, link)
    const key = isOwnOrigin(this.#address, url) ? this.#address.headers : {}
    const headers = { accept: 'text/event-stream', ...key }
    const { status, body } = await sendLightly({ url, method: 'GET', headers, signal })
    if (status !== 200 || body === null) {
      await body?.cancel()
      return status === 429 || status >= 502 ? false : null
    }
    this.isOpen = true
    for await (const data of readEvents(body)) {
      const event = JSON.parse(data) as unknown
      if (!isRecord(event)) continue
      if (typeof event.status !== 'string') this.#hear(own, { status: 'running', progress: event })
      else if (event.status !== 'queued' && event.status !== 'running') {
        // Brings the next look forward, which decides.
        this.#tell(own, 'executing', { node: null })
        return null
      }
    }
    return true
  }

  #hear(own: string, { status, progress }: Json): void {
    if (status !== 'running' || !isRecord(progress)) return
    const { current_node: node, step, steps, nodes_done } = progress
    if (typeof node !== 'string') return
    // An unchanged snapshot is no sign of life.
    const seen = JSON.stringify([own, node, step, steps, nodes_done])
    if (seen === this.#last) return
    this.#last = seen
    if (typeof step === 'number') this.#tell(own, 'progress', { node, value: step, max: steps })
    else this.#tell(own, 'executing', { node })
  }

  #tell(own: string, type: string, data: ComfyMessage['data']): void {
    if (!this.#stop.signal.aborted)
      this.#options.onMessage({ type, data: { ...data, prompt_id: own } })
  }
}

const TIMES = { firstBackoffMs: 1000, longestBackoffMs: 15_000 }
