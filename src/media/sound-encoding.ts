// The sound of a whole video as AAC, while ffmpeg makes it: whoever needs its beginning does not wait for its end. An hour takes
// minutes of a processor.
import { type FileHandle, open } from 'node:fs/promises'
import { abortError } from '../async/abort-error.ts'
import type { MediaTools } from './media-tools.ts'
import { openOriginalSound, SOUND_ARGUMENTS } from './original-sound.ts'
import { openTool, type ToolOptions } from './run-tool.ts'

export interface SoundRequest {
  readonly audioPaths: readonly string[]
  /** The length of the finished video. */
  readonly seconds: number
}

export class SoundEncoding implements AsyncDisposable {
  readonly path: string
  readonly #stop = new AbortController()
  readonly #running: Promise<void>
  #bytes = 0
  #isWhole = false
  #failed: { readonly error: unknown } | null = null
  /** Resolved whenever there is more of it, and at its end. */
  #news = Promise.withResolvers<void>()

  /** Begins at once. */
  constructor(request: SoundRequest, path: string, media: MediaTools, signal: AbortSignal) {
    this.path = path
    const both = AbortSignal.any([signal, this.#stop.signal])
    this.#running = this.#encode(request, media, both).then(
      () => {
        this.#isWhole = true
        this.#tell()
      },
      (error: unknown) => {
        this.#failed = { error }
        this.#tell()
      },
    )
  }

  get isWhole(): boolean {
    return this.#isWhole
  }

  /**
   * Returns when the file has so many bytes, or is whole.
   *
   * @throws AppError `audio_*`, `tool_failed`, `tool_timeout`, `disk_full`, or that the signal was aborted with
   */
  async reach(bytes: number, signal: AbortSignal): Promise<void> {
    const aborted = Promise.withResolvers<void>()
    const wake = (): void => aborted.resolve()
    signal.addEventListener('abort', wake, { once: true })
    try {
      for (;;) {
        if (signal.aborted) throw abortError(signal)
        if (this.#failed !== null) throw this.#failed.error
        if (this.#isWhole || this.#bytes >= bytes) return
        await Promise.race([this.#news.promise, aborted.promise])
      }
    } finally {
      signal.removeEventListener('abort', wake)
    }
  }

  /** Ends it, wherever it is. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    await this.#running
  }

  async #encode(
    { audioPaths, seconds }: SoundRequest,
    media: MediaTools,
    signal: AbortSignal,
  ): Promise<void> {
    const { tools, limits } = media
    const options: ToolOptions = {
      signal,
      timeoutMs: limits.jobTimeoutMs,
      maxMemoryBytes: limits.childMaxBytes,
    }
    await using file = await open(this.path, 'w')
    const sound = await openOriginalSound(audioPaths, seconds, media, options)
    const tool = openTool(
      tools.ffmpeg,
      [
        ...[...sound.inputs, '-filter_complex', sound.filter(0), '-map', '[sound]'],
        ...[...SOUND_ARGUMENTS, '-flags:a', '+bitexact', '-f', 'adts', 'pipe:1'],
      ],
      options,
    )
    tool.stdin.end()
    try {
      for await (const chunk of tool.stdout) await this.#append(chunk as Buffer, file)
    } catch (thrown) {
      tool.kill()
      await tool.done.catch(() => {})
      throw thrown
    }
    await tool.done
  }

  async #append(chunk: Buffer, file: FileHandle): Promise<void> {
    await file.appendFile(chunk)
    this.#bytes += chunk.length
    this.#tell()
  }

  #tell(): void {
    this.#news.resolve()
    this.#news = Promise.withResolvers()
  }
}
