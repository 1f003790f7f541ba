// The original sound in pieces, one for each window of a video that grows. It is encoded once, as a whole, and cut between packets:
// laid end to end the pieces are that one encoding again, so nothing is heard where they meet.
import { type FileHandle, open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { MediaJob } from '../app/ports/media.ts'
import { AppError } from '../domain/errors.ts'
import type { SegmentSound } from './encode-segment.ts'
import type { MediaTools } from './media-tools.ts'
import { openOriginalSound, SOUND_ARGUMENTS } from './original-sound.ts'
import { runTool, type ToolOptions } from './run-tool.ts'
import { SOUND_SAMPLE_RATE } from './sound-mix.ts'
import { fileArgument } from './tool-command.ts'

export interface VoiceTrackRequest {
  readonly audioPaths: readonly string[]
  /** The length of the finished video. */
  readonly seconds: number
  readonly fps: number
}

export interface FrameRange {
  readonly firstFrame: number
  readonly frames: number
  /** The last piece has the sound to its end, which may be a part of a frame later. */
  readonly isLast: boolean
}

const SAMPLES_PER_PACKET = 1024
/** An AAC encoder begins with a packet of silence. Without it the next one begins at 0, in every player, with or without edit lists. */
const PRIMING_PACKETS = 1
/** An ADTS header has 7 bytes without a checksum, which ffmpeg leaves out. */
const HEADER_BYTES = 7
const BLOCK_BYTES = 64 * 1024

export class VoiceTrack {
  readonly #request: VoiceTrackRequest
  readonly #media: MediaTools
  readonly #workDir: string
  #encoded: Promise<string> | null = null
  /** Where a packet begins: pieces are asked for in order, so the search goes on from there. */
  #at = { packet: 0, offset: 0 }

  constructor(request: VoiceTrackRequest, media: MediaTools, workDir: string) {
    this.#request = request
    this.#media = media
    this.#workDir = workDir
  }

  /**
   * Writes the packets that begin within the frames.
   *
   * @returns null when none does, as at the end of a voice that ends within a frame
   * @throws AppError `audio_*`, `tool_failed`, `tool_timeout`, `disk_full`, `canceled`
   */
  async cut(range: FrameRange, toPath: string, signal: AbortSignal): Promise<SegmentSound | null> {
    await using file = await open(await this.#encodedOnce(signal))
    const { firstFrame, frames, isLast } = range
    const first = this.#packetAt(firstFrame)
    const start = await this.#offsetOf(first, file)
    const end = isLast
      ? (await file.stat()).size
      : await this.#offsetOf(this.#packetAt(firstFrame + frames), file)
    if (end <= start) return null
    const packets = Buffer.alloc(end - start)
    await file.read(packets, 0, packets.length, start)
    await using piece = await open(toPath, 'w')
    await piece.writeFile(packets)
    return { path: toPath, firstSample: (first - PRIMING_PACKETS) * SAMPLES_PER_PACKET }
  }

  /** A render that goes on elsewhere asks again; what its first machine left unfinished is begun anew. */
  async #encodedOnce(signal: AbortSignal): Promise<string> {
    this.#encoded ??= this.#encode({ workDir: this.#workDir, signal })
    try {
      return await this.#encoded
    } catch (error) {
      this.#encoded = null
      throw error
    }
  }

  async #encode({ workDir, signal }: MediaJob): Promise<string> {
    const { audioPaths, seconds } = this.#request
    const { tools, limits } = this.#media
    const options: ToolOptions = {
      signal,
      timeoutMs: limits.jobTimeoutMs,
      maxMemoryBytes: limits.childMaxBytes,
    }
    const path = join(workDir, 'voice-track.aac')
    await rm(path, { force: true })
    const sound = await openOriginalSound(audioPaths, seconds, this.#media, options)
    await runTool(
      tools.ffmpeg,
      [
        ...[...sound.inputs, '-filter_complex', sound.filter(0), '-map', '[sound]'],
        ...[...SOUND_ARGUMENTS, '-flags:a', '+bitexact', '-f', 'adts', fileArgument(path)],
      ],
      options,
    )
    return path
  }

  /** The first packet that begins at or after the frame. */
  #packetAt(frame: number): number {
    const sample = (frame * SOUND_SAMPLE_RATE) / this.#request.fps
    return Math.ceil(sample / SAMPLES_PER_PACKET) + PRIMING_PACKETS
  }

  /** The end of the file when it has no such packet. */
  async #offsetOf(wanted: number, file: FileHandle): Promise<number> {
    if (wanted < this.#at.packet) this.#at = { packet: 0, offset: 0 }
    const block = Buffer.alloc(BLOCK_BYTES)
    let { packet, offset } = this.#at
    let from = 0
    let bytes = 0
    while (packet < wanted) {
      if (offset + HEADER_BYTES > from + bytes) {
        from = offset
        bytes = (await file.read(block, 0, BLOCK_BYTES, from)).bytesRead
        if (bytes < HEADER_BYTES) break
      }
      offset += packetBytes(block, offset - from)
      packet += 1
    }
    this.#at = { packet, offset }
    return offset
  }
}

/** ISO 13818-7, 6.2: 12 bits that are all set, and further on 13 bits with the length, the header included. */
function packetBytes(block: Buffer, at: number): number {
  const isPacket = block[at] === 0xff && (block[at + 1]! & 0xf0) === 0xf0
  const bytes = ((block[at + 3]! & 3) << 11) | (block[at + 4]! << 3) | (block[at + 5]! >> 5)
  if (isPacket && bytes > HEADER_BYTES) return bytes
  throw new AppError('tool_failed', 'ffmpeg made sound that is no AAC.')
}
