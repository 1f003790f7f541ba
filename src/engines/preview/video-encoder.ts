// Encodes frames to a silent H.264 file by piping them into ffmpeg. The frames already are what H.264 stores (yuv420p in
// BT.709), so that nothing is converted on the way and the same frames give the same bytes on every machine.

import type { Size } from '@infinitetalk/arithmetic'
import { FPS } from '@infinitetalk/arithmetic'
import { type OpenedTool, openTool } from '../../media/run-tool.ts'
import type { Tool } from '../../media/tool.ts'
import { fileArgument } from '../../media/tool-command.ts'

export interface VideoToEncode {
  readonly ffmpeg: Tool
  readonly size: Size
  readonly frames: number
  readonly path: string
  readonly comment: string
  readonly signal: AbortSignal
}

/** x264 divides the work by threads and its output depends on how many there are: one number for every machine. */
const ENCODER_THREADS = 4
const QUALITY_CRF = 20
/** A frame takes milliseconds; this is for a machine that is stuck, not slow. */
const START_TIMEOUT_MS = 60_000
const FRAME_TIMEOUT_MS = 1000

export class VideoEncoder implements AsyncDisposable {
  readonly #tool: OpenedTool
  #ended = false

  constructor(video: VideoToEncode) {
    const timeoutMs = START_TIMEOUT_MS + video.frames * FRAME_TIMEOUT_MS
    this.#tool = openTool(video.ffmpeg, encoderArguments(video), {
      signal: video.signal,
      timeoutMs,
    })
    this.#tool.stdout.resume()
  }

  /** Resolves when the frame has been taken and its memory may be used again. */
  async write(frame: Uint8Array): Promise<void> {
    try {
      await new Promise<void>((resolve, reject) => {
        this.#tool.stdin.write(frame, (error) => (error ? reject(error) : resolve()))
      })
    } catch (cause) {
      // Why ffmpeg no longer reads is told by its end, not by the broken pipe.
      await this.#tool.done
      throw cause
    }
  }

  /** Resolves when the file is complete. */
  async end(): Promise<void> {
    this.#tool.stdin.end()
    await this.#tool.done
    this.#ended = true
  }

  /** Ends ffmpeg if it still runs. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#ended) return
    this.#tool.kill()
    await this.#tool.done.catch(() => {})
  }
}

export function encoderArguments(video: Omit<VideoToEncode, 'ffmpeg' | 'signal'>): string[] {
  const { size, path, comment } = video
  const colors = ['-colorspace', 'bt709', '-color_primaries', 'bt709', '-color_trc', 'bt709']
  return [
    ...['-f', 'rawvideo', '-pix_fmt', 'yuv420p'],
    ...['-s', `${size.width}x${size.height}`, '-r', String(FPS), '-i', 'pipe:0'],
    ...['-an', '-c:v', 'libx264', '-preset', 'veryfast', '-crf', String(QUALITY_CRF)],
    ...['-threads', String(ENCODER_THREADS), '-pix_fmt', 'yuv420p'],
    ...colors,
    ...['-color_range', 'tv', '-metadata', `comment=${comment}`],
    ...['-movflags', '+faststart', '-f', 'mp4', fileArgument(path)],
  ]
}
