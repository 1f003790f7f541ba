// A ComfyUI for tests: a real HTTP and WebSocket server that behaves like two recorded versions, writes real videos, and fails on
// demand. conformance.test.ts replays the recordings against it, so that it cannot drift from the real server.

import { randomUUID } from 'node:crypto'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Faults } from './faults.ts'
import { answerRequest, answerUpgrade } from './front-door.ts'
import type { Graph } from './graph.ts'
import type { Folders, FolderType } from './input-files.ts'
import { FOREIGN_MS, Life } from './life.ts'
import { Media } from './media.ts'
import { readObjectInfo } from './object-info.ts'
import type { LoggedRequest } from './request-log.ts'
import { FaultBook, makeFolders, readSpeed, type Setup, type StandInOptions } from './setup.ts'
import { VERSION_TRAITS } from './version.ts'

export type { Faults } from './faults.ts'
export { HTML_ANSWER, LOST_GPU, OUT_OF_MEMORY, SERVER_ERROR } from './faults.ts'
export type { LoggedRequest } from './request-log.ts'
export type { StandInOptions } from './setup.ts'
export { COMFY_VERSIONS, type ComfyVersion, RECORDED_VERSIONS } from './version.ts'

export interface StandIn extends AsyncDisposable {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string
  readonly folders: Folders
  /** All requests in order, handshakes of sockets included. */
  readonly requests: readonly LoggedRequest[]
  readonly control: StandInControl
  /** Number of such requests, e.g. `count('POST', '/prompt')`; a path ends at the query, `/history/` counts all ids. */
  count(method: string, path: string): number
  /** Names of the files in one of its folders, with subfolders. */
  files(type: FolderType): Promise<readonly string[]>
  close(): Promise<void>
}

export interface StandInControl {
  /** Replaces all faults. */
  setFaults(faults: Faults): void
  /** As when somebody else presses "interrupt": the running prompt is interrupted. */
  interruptForeign(): void
  /** A prompt of somebody else, at the end of the queue. @returns its id */
  addForeignPrompt(ms: number): string
  dropSockets(): void
  freezeSockets(): void
  /** As by SIGKILL. @param downMs until it is back; null: for good */
  die(downMs: number | null): Promise<void>
  /** As if this graph had just been run unseen: its results are cached. */
  prime(graph: Graph): Promise<void>
  /** The ids in the history. */
  historyIds(): readonly string[]
  /** Running and waiting. */
  queueLength(): number
  openSockets(): number
  previewsSent(): number
}

export async function startStandIn(options: StandInOptions = {}): Promise<StandIn> {
  const server = new ComfyServer(options, await mkdtemp(join(tmpdir(), 'comfyui-stand-in-')))
  await server.start()
  return server
}

class ComfyServer implements StandIn {
  readonly folders: Folders
  readonly requests: LoggedRequest[] = []
  readonly control: StandInControl
  readonly #setup: Setup
  readonly #options: StandInOptions
  readonly #ownFolder: string
  readonly #closed = new AbortController()
  #life: Life | null = null
  #server: Server | null = null
  #port = 0
  /** A death or a restart that is under way. */
  #change: Promise<void> = Promise.resolve()

  constructor(options: StandInOptions, ownFolder: string) {
    this.#options = options
    this.#ownFolder = ownFolder
    this.folders = {
      input: join(ownFolder, 'input'),
      output: join(ownFolder, 'output'),
      temp: join(ownFolder, 'temp'),
      ...options.folders,
    }
    this.#setup = this.#prepare()
    this.control = this.#makeControl()
  }

  get url(): string {
    return `http://${this.#host}:${this.#port}`
  }

  async start(): Promise<void> {
    if (this.#options.emptyTempAtStart) await this.#emptyTemp()
    await makeFolders(this.folders)
    const { refuseMs } = this.#setup.faults.current
    await this.#listen(this.#options.port ?? 0, this.#options.firstNumber)
    if (refuseMs === undefined) return
    await this.#stop()
    this.#change = this.#comeBack(refuseMs)
  }

  count(method: string, path: string): number {
    const matches = (entry: LoggedRequest) =>
      entry.method === method &&
      (path.endsWith('/') ? entry.path.startsWith(path) : entry.path === path)
    return this.requests.filter(matches).length
  }

  async files(type: FolderType): Promise<readonly string[]> {
    const folder = this.folders[type]
    const entries = await readdir(folder, { recursive: true, withFileTypes: true })
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
      .toSorted()
  }

  async close(): Promise<void> {
    this.#closed.abort()
    await this.#change
    await this.#stop()
    await rm(this.#ownFolder, { recursive: true, force: true })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  get #host(): string {
    return this.#options.host ?? '127.0.0.1'
  }

  #prepare(): Setup {
    const { version = '0.28.0', faults = {}, argv = [] } = this.#options
    const info = readObjectInfo(version)
    this.#options.editObjectInfo?.(info)
    return {
      version,
      traits: VERSION_TRAITS[version],
      info,
      folders: this.folders,
      media: this.#options.media ?? new Media(),
      speed: readSpeed(this.#options),
      historyLagMs: this.#options.historyLagMs ?? 4,
      maxUploadBytes: this.#options.maxUploadBytes ?? 100 * 1024 * 1024,
      argv,
      faults: new FaultBook(faults),
      die: (downMs) => {
        this.#options.onDeath?.()
        this.#change = this.#die(downMs)
      },
    }
  }

  #makeControl(): StandInControl {
    return {
      setFaults: (faults) => this.#setup.faults.set(faults),
      interruptForeign: () => void this.#life?.interrupt(null),
      addForeignPrompt: (ms) => this.#addForeignPrompt(ms),
      dropSockets: () => this.#life?.sockets.terminateAll(),
      freezeSockets: () => this.#life?.sockets.freezeAll(),
      die: async (downMs) => {
        this.#change = this.#die(downMs)
        await this.#change
      },
      prime: async (graph) => await this.#life?.prime(graph),
      historyIds: () => [...(this.#life?.queue.history.keys() ?? [])],
      queueLength: () => this.#life?.queue.remaining ?? 0,
      openSockets: () => this.#life?.sockets.size ?? 0,
      previewsSent: () => this.#life?.sockets.previewsSent ?? 0,
    }
  }

  #addForeignPrompt(ms: number): string {
    const id = randomUUID()
    const number = this.#life?.takeNumber() ?? 0
    const extraData = { client_id: randomUUID(), [FOREIGN_MS]: ms }
    this.#life?.queue.put({ number, id, graph: {}, extraData, outputs: [] })
    return id
  }

  async #listen(port: number, firstNumber = 0): Promise<void> {
    const life = new Life(this.#setup, firstNumber)
    const scene = { setup: this.#setup, life, log: this.requests }
    const server = createServer((request, response) => {
      // A client that goes away in the middle of its request is not an error.
      answerRequest(request, response, scene).catch(() => response.destroy())
    })
    server.on('upgrade', (request, socket, head) => answerUpgrade(request, socket, head, scene))
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(port, this.#host, resolve)
    })
    this.#port = (server.address() as AddressInfo).port
    this.#life = life
    this.#server = server
    for (const ms of this.#setup.faults.current.foreignPromptsMs ?? []) this.#addForeignPrompt(ms)
  }

  async #die(downMs: number | null): Promise<void> {
    await this.#stop()
    if (downMs !== null) await this.#comeBack(downMs)
  }

  /** The temporary files of the previous life are removed at the start, not at the end. */
  async #comeBack(afterMs: number): Promise<void> {
    try {
      await sleep(afterMs, undefined, { signal: this.#closed.signal })
    } catch {
      return
    }
    await this.#emptyTemp()
    await makeFolders(this.folders)
    await this.#listen(this.#port)
  }

  async #emptyTemp(): Promise<void> {
    await rm(this.folders.temp, { recursive: true, force: true })
  }

  async #stop(): Promise<void> {
    const [server, life] = [this.#server, this.#life]
    this.#server = null
    this.#life = null
    if (server === null) return
    server.closeAllConnections()
    const closed = new Promise((resolve) => server.close(resolve))
    await life?.end()
    server.closeAllConnections()
    await closed
  }
}
