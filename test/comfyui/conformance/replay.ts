// Replays a recorded conversation against a stand-in: sends what was sent, when what came before has come again, and collects
// every difference. The recording's own waiting is not repeated: events wait for events.

import { rm } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { StandIn } from '../standin/stand-in.ts'
import { answerDifferences, parseBody } from './answer-differences.ts'
import { differences, type Neutral, toOurs, withoutOwn } from './differences.ts'
import { type RawAnswer, recordedBody, sendRaw } from './raw-request.ts'
import type { RecordedMedia } from './recorded-media.ts'
import { type Heard, RecordedSocket } from './recorded-socket.ts'
import type {
  HttpEvent,
  MessageEvent,
  ProgressEvent,
  RecordedAnswer,
  RecordedEvent,
  Recording,
  VideoEvent,
} from './recording.ts'
import { videoDifferences } from './video-differences.ts'

const PATIENCE_MS = 20_000
const POLL_MS = 15
/** Long enough for the recording to ask a server that is down. */
const DOWN_MS = 700

export interface ReplayScene {
  readonly server: StandIn
  readonly media: RecordedMedia
  /** A folder outside of the server's own. */
  readonly spool: string
  readonly graphs: readonly unknown[]
  /** Before each request, for what a replay must prepare. */
  readonly before: (event: HttpEvent) => Promise<void>
  /** Why an event is not compared; null: it is. */
  readonly exempt: (event: HttpEvent) => string | null
  /** Several prompts wait at once: then a status may come before or after other messages. */
  readonly looseStatus: boolean
}

export async function replay(recording: Recording, scene: ReplayScene): Promise<readonly string[]> {
  const run = new Replay(scene)
  try {
    for (const event of recording.events) await run.play(event)
    return run.finish()
  } finally {
    run.abandon()
  }
}

interface OpenBar extends ProgressEvent {
  seen: number
}

class Replay {
  readonly #scene: ReplayScene
  readonly #found: string[] = []
  readonly #ids = new Map<string, string>()
  readonly #sockets = new Map<string, RecordedSocket>()
  readonly #bars = new Map<string, OpenBar>()
  readonly #lastIndex = new Map<string, number>()
  #lastAnswer: RawAnswer | null = null

  constructor(scene: ReplayScene) {
    this.#scene = scene
  }

  async play(event: RecordedEvent): Promise<void> {
    switch (event.kind) {
      case 'http':
        return await this.#request(event)
      case 'open':
        this.#sockets.set(event.socket, await RecordedSocket.open(this.#socketUrl(event.path)))
        return
      case 'send':
        return this.#socket(event.socket).send(event.data)
      case 'message':
        return await this.#expectMessage(event)
      case 'progress':
        return await this.#expectProgress(event)
      case 'text':
        return await this.#expectText(event)
      case 'close':
        return await this.#socket(event.socket).close()
      case 'abort':
        return this.#socket(event.socket).abort()
      case 'closed':
        return await this.#socket(event.socket).closed()
      case 'note':
        return await this.#note(event.text)
      case 'video':
        return await this.#compareVideo(event)
    }
  }

  /** A message beyond the recording is a difference, too: a deaf socket must stay deaf. */
  finish(): readonly string[] {
    for (const [name, socket] of this.#sockets) {
      for (const heard of socket.rest) this.#differ(`${name} heard ${JSON.stringify(heard)}`)
    }
    return this.#found
  }

  abandon(): void {
    for (const socket of this.#sockets.values()) socket.abort()
  }

  async #request(event: HttpEvent): Promise<void> {
    const { request, answer } = event
    const { server, media } = this.#scene
    await this.#scene.before(event)
    const exempt = this.#scene.exempt(event)
    const path = this.#ours(request.path)
    const body = await recordedBody(request, media, (text) => this.#ours(text))
    const headers = this.#condition(request.headers ?? {})
    const ask = () => sendRaw(server.url, request.method, path, headers, body)
    const at = `${request.label ?? ''} ${request.method} ${request.path}`
    if (answer === null) {
      const refused = await ask().then(
        () => false,
        () => true,
      )
      if (!refused) this.#differ(`${at}: answered`)
      return
    }
    const got = await this.#untilFilled(ask, path, answer)
    this.#lastAnswer = got
    this.#learnId(answer.json, got)
    if (exempt !== null) return
    const lines = answerDifferences(answer, got, {
      path: request.path,
      graphs: this.#graphs,
      ours: (text) => this.#ours(text),
      crowded: this.#scene.looseStatus,
    })
    for (const line of lines) this.#differ(`${at} ${line}`)
  }

  /** A history entry that was there may need a moment to be there again. */
  async #untilFilled(
    ask: () => Promise<RawAnswer>,
    path: string,
    answer: RecordedAnswer,
  ): Promise<RawAnswer> {
    const filled = path.startsWith('/history/') && JSON.stringify(answer.json) !== '{}'
    const deadline = performance.now() + PATIENCE_MS
    for (;;) {
      const got = await ask()
      if (!filled || got.body.toString() !== '{}' || performance.now() > deadline) return got
      await sleep(POLL_MS)
    }
  }

  async #expectMessage(event: MessageEvent): Promise<void> {
    const isStatus = event.type === 'status'
    const heard = isStatus
      ? await this.#socket(event.socket).next('status')
      : await this.#afterProgress(event)
    const at = `${event.socket} ${event.type}`
    if (heard === null) return this.#giveUp(`${at}: nothing came`)
    this.#checkOrder(at, event.socket, heard, isStatus)
    if (heard.kind !== 'message' || heard.type !== event.type) {
      return this.#giveUp(`${at}: came ${JSON.stringify(heard).slice(0, 300)}`)
    }
    const recorded: unknown = JSON.parse(this.#ours(JSON.stringify(event.data)))
    const ours = withoutOwn(heard.data, this.#graphs)
    // How many wait at a moment depends on the moment when several come and go.
    if (isStatus && this.#scene.looseStatus) return
    for (const line of differences(recorded, ours, at)) this.#differ(line)
  }

  async #expectProgress(event: ProgressEvent): Promise<void> {
    const heard = await this.#afterProgress(event)
    const at = `${event.socket} progress of ${event.node} to ${event.max}`
    if (heard?.kind !== 'message' || heard.type !== 'progress') {
      return this.#giveUp(`${at}: came ${JSON.stringify(heard)?.slice(0, 300)}`)
    }
    const { node, max, value } = heard.data
    for (const line of differences({ node: event.node, max: event.max }, { node, max }, at)) {
      this.#differ(line)
    }
    this.#bars.set(event.socket, { ...event, seen: Number(value) })
  }

  async #expectText(event: { socket: string; node: string; text: string }): Promise<void> {
    const heard = await this.#afterProgress(event)
    const { node, text } = heard?.kind === 'text' ? heard : { node: '', text: '' }
    const recorded = { node: event.node, text: event.text }
    for (const line of differences(recorded, { node, text }, `${event.socket} text`)) {
      this.#differ(line)
    }
  }

  /** The next message that is not progress of the bar that is open; that bar must have ended as recorded. */
  async #afterProgress(event: {
    readonly socket: string
    readonly type?: string
  }): Promise<Heard | null> {
    const bar = this.#bars.get(event.socket)
    for (;;) {
      const heard = await this.#socket(event.socket).next('other')
      const isOfBar =
        heard?.kind === 'message' &&
        heard.type === 'progress' &&
        heard.data.node === bar?.node &&
        heard.data.max === bar?.max
      if (!isOfBar || bar === undefined) {
        this.#bars.delete(event.socket)
        if (bar !== undefined && event.type !== 'execution_interrupted' && bar.seen !== bar.last) {
          this.#differ(`bar of ${bar.node}: recorded end ${bar.last}, ours ${bar.seen}`)
        }
        return heard
      }
      bar.seen = Number(heard.data.value)
    }
  }

  #checkOrder(at: string, socket: string, heard: Heard, isStatus: boolean): void {
    if (isStatus && this.#scene.looseStatus) return
    const last = this.#lastIndex.get(socket) ?? -1
    if (heard.index < last) this.#differ(`${at}: came before what it followed`)
    if (!this.#scene.looseStatus || !isStatus) this.#lastIndex.set(socket, heard.index)
  }

  async #note(text: string): Promise<void> {
    const [, removed] = text.match(/^removed (.*)$/) ?? []
    if (removed !== undefined) await rm(this.#ours(removed))
    if (text.startsWith('SIGKILL')) {
      // Awaited where the recording waits: at the restart.
      this.#scene.server.control.die(DOWN_MS).catch((error) => this.#differ(String(error)))
    }
    if (text.startsWith('restart')) await this.#untilUp()
  }

  async #untilUp(): Promise<void> {
    const deadline = performance.now() + PATIENCE_MS
    while (performance.now() < deadline) {
      const answer = await fetch(`${this.#scene.server.url}/queue`).catch(() => null)
      if (answer !== null) return
      await sleep(POLL_MS)
    }
  }

  async #compareVideo(event: VideoEvent): Promise<void> {
    const content = this.#lastAnswer?.body ?? Buffer.alloc(0)
    for (const line of await videoDifferences(event, content)) this.#differ(line)
  }

  /** An id that the server chose is known from its answer. */
  #learnId(recorded: unknown, got: RawAnswer): void {
    const id = promptId(recorded)
    const ours = id === null ? null : promptId(parseBody(got.body))
    if (id !== null && ours !== null) this.#ids.set(id, ours)
  }

  /** Validators are those of our files. */
  #condition(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
    const { etag, 'last-modified': modified } = this.#validators
    return Object.fromEntries(
      Object.entries(headers).map(([name, value]) => {
        if (name === 'If-None-Match') return [name, etag ?? value]
        return name === 'If-Modified-Since' ? [name, modified ?? value] : [name, value]
      }),
    )
  }

  get #validators(): { readonly etag?: string; readonly 'last-modified'?: string } {
    return (this.#lastAnswer?.headers ?? {}) as { etag?: string; 'last-modified'?: string }
  }

  /** As they were posted to our server. */
  get #graphs(): readonly unknown[] {
    return this.#scene.graphs.map((graph): unknown => JSON.parse(this.#ours(JSON.stringify(graph))))
  }

  #ours(text: string): string {
    const { server, spool, graphs } = this.#scene
    const neutral: Neutral = { ids: this.#ids, folders: server.folders, spool, graphs }
    return toOurs(text, neutral)
  }

  #socket(name: string): RecordedSocket {
    const socket = this.#sockets.get(name)
    if (socket === undefined) throw new Error(`socket ${name} was never opened`)
    return socket
  }

  #socketUrl(path: string): string {
    return `${this.#scene.server.url.replace('http', 'ws')}${path}`
  }

  #differ(line: string): void {
    this.#found.push(line)
  }

  /** When the order is lost, whatever follows would be a difference. */
  #giveUp(line: string): never {
    throw new Error([...this.#found, line].join('\n'))
  }
}

function promptId(answer: unknown): string | null {
  if (typeof answer !== 'object' || answer === null || !('prompt_id' in answer)) return null
  return typeof answer.prompt_id === 'string' ? answer.prompt_id : null
}
