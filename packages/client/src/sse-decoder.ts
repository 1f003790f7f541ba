// Parses server-sent events from bytes in pieces of any size (HTML standard, section 9.2.6). It holds a bounded amount, so a
// server that never ends a line cannot fill the memory.
import { InfiniteTalkError } from './errors.ts'

export interface SseMessage {
  /** Default `message`. */
  readonly event: string
  readonly data: string
  /** The last id in the stream, in this message or before; empty when there is none. */
  readonly lastEventId: string
}

const DEFAULT_MAX_CHARS = 4 * 1024 * 1024

export class SseDecoder {
  readonly #utf8 = new TextDecoder()
  readonly #maxChars: number
  /** The beginning of an incomplete line. */
  #line = ''
  /** The last line ended in CR, so an LF right after it is part of its end. */
  #afterCr = false
  #event = ''
  #data: string[] = []
  #dataChars = 0
  #lastEventId = ''
  #retryMs: number | null = null

  constructor(maxChars: number = DEFAULT_MAX_CHARS) {
    this.#maxChars = maxChars
  }

  /** Reconnection time from the server; null when it sent none. */
  get retryMs(): number | null {
    return this.#retryMs
  }

  /** The messages that these bytes complete. @throws InfiniteTalkError `unexpected_answer` above the limit */
  push(bytes: Uint8Array): readonly SseMessage[] {
    const text = this.#utf8.decode(bytes, { stream: true })
    const messages: SseMessage[] = []
    let start = 0
    for (const { 0: ending, index } of text.matchAll(/\r\n|\n|\r/g)) {
      const belongsToLast = this.#afterCr && index === 0 && ending === '\n'
      this.#afterCr = false
      if (!belongsToLast) {
        const message = this.#endLine(this.#line + text.slice(start, index))
        this.#line = ''
        if (message !== null) messages.push(message)
      }
      start = index + ending.length
      if (ending === '\r' && start === text.length) this.#afterCr = true
    }
    if (start < text.length) this.#afterCr = false
    this.#line += text.slice(start)
    this.#checkSize()
    return messages
  }

  #endLine(line: string): SseMessage | null {
    if (line === '') return this.#dispatch()
    const colon = line.indexOf(':')
    if (colon === 0) return null
    const field = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '')
    this.#setField(field, value)
    return null
  }

  #setField(field: string, value: string): void {
    switch (field) {
      case 'event':
        this.#event = value
        break
      case 'data':
        this.#data.push(value)
        this.#dataChars += value.length + 1
        break
      case 'id':
        // "If the field value does not contain U+0000 NULL, then set the last event ID buffer".
        if (!value.includes('\0')) this.#lastEventId = value
        break
      case 'retry':
        if (/^\d{1,9}$/.test(value)) this.#retryMs = Number(value)
        break
    }
  }

  #dispatch(): SseMessage | null {
    const { length } = this.#data
    const message = {
      event: this.#event === '' ? 'message' : this.#event,
      data: this.#data.join('\n'),
      lastEventId: this.#lastEventId,
    }
    this.#event = ''
    this.#data = []
    this.#dataChars = 0
    // An event needs a data line, which may be empty.
    return length === 0 ? null : message
  }

  #checkSize(): void {
    if (this.#line.length + this.#dataChars <= this.#maxChars) return
    throw new InfiniteTalkError('The server sent an event that is too large.', {
      code: 'unexpected_answer',
    })
  }
}
