// The original sound in pieces, one for each window of a video that grows. It is encoded once, as a whole, and cut between packets:
// laid end to end the pieces are that one encoding again, so nothing is heard where they meet.
import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'
import type { MediaJob } from '../app/ports/media.ts'
import { AppError } from '../domain/errors.ts'
import type { SegmentSound } from './encode-segment.ts'
import type { MediaTools } from './media-tools.ts'
import { SoundEncoding, type SoundRequest } from './sound-encoding.ts'
import { SOUND_SAMPLE_RATE } from './sound-mix.ts'

export interface VoiceTrackRequest extends SoundRequest {
  readonly fps: number
}

/** Where the encoded sound outlives the attempt that made it. */
export interface SoundMemory {
  /** null until it is kept. */
  readonly sound: string | null
  /** Moves the file. @returns its new path */
  keepSound(path: string): Promise<string>
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

export class VoiceTrack implements AsyncDisposable {
  readonly #fps: number
  readonly #memory: SoundMemory
  readonly #encoding: SoundEncoding | null
  /** Where packets begin, in order: a search goes on from the nearest one, so parts of the video may be asked for in any order. */
  readonly #marks: Mark[] = [{ packet: 0, offset: 0 }]
  #keeping: Promise<string> | null = null

  /** Begins to encode at once, unless an earlier attempt has done so. @param signal ends it */
  constructor(
    request: VoiceTrackRequest,
    memory: SoundMemory,
    media: MediaTools,
    { workDir, signal }: MediaJob,
  ) {
    this.#fps = request.fps
    this.#memory = memory
    const path = join(workDir, `voice-track-${crypto.randomUUID()}.aac`)
    this.#encoding = memory.sound === null ? new SoundEncoding(request, path, media, signal) : null
  }

  /**
   * Writes the packets that begin within the frames.
   *
   * @returns null when none does, as at the end of a voice that ends within a frame
   * @throws AppError `audio_*`, `tool_failed`, `tool_timeout`, `disk_full`, `canceled`
   */
  async cut(range: FrameRange, toPath: string, signal: AbortSignal): Promise<SegmentSound | null> {
    await this.#reach(1, signal)
    await using file = await open(await this.#path(range.isLast))
    const { firstFrame, frames, isLast } = range
    const first = this.#packetAt(firstFrame)
    const start = await this.#offsetOf(first, file, signal)
    if (isLast) await this.#reach(Number.POSITIVE_INFINITY, signal)
    const end = isLast
      ? (await file.stat()).size
      : await this.#offsetOf(this.#packetAt(firstFrame + frames), file, signal)
    if (end <= start) return null
    await this.#reach(end, signal)
    const packets = Buffer.alloc(end - start)
    await file.read(packets, 0, packets.length, start)
    await using piece = await open(toPath, 'w')
    await piece.writeFile(packets)
    return { path: toPath, firstSample: (first - PRIMING_PACKETS) * SAMPLES_PER_PACKET }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#encoding?.[Symbol.asyncDispose]()
  }

  /** Kept once it is whole, for an attempt that follows: after the last window there is none. */
  async #path(isLast: boolean): Promise<string> {
    if (this.#memory.sound !== null) return this.#memory.sound
    const { path, isWhole } = this.#encoding!
    if (!isWhole || isLast) return this.#keeping ?? path
    // Moved once, whoever asks.
    this.#keeping ??= this.#memory.keepSound(path)
    return this.#keeping
  }

  async #reach(bytes: number, signal: AbortSignal): Promise<void> {
    await this.#encoding?.reach(bytes, signal)
  }

  /** The first packet that begins at or after the frame. */
  #packetAt(frame: number): number {
    const sample = (frame * SOUND_SAMPLE_RATE) / this.#fps
    return Math.ceil(sample / SAMPLES_PER_PACKET) + PRIMING_PACKETS
  }

  /** The end of the file when it has no such packet. */
  async #offsetOf(wanted: number, file: FileHandle, signal: AbortSignal): Promise<number> {
    const block = Buffer.alloc(BLOCK_BYTES)
    let { packet, offset } = this.#marks.findLast((mark) => mark.packet <= wanted)!
    let from = 0
    let bytes = 0
    while (packet < wanted) {
      if (offset + HEADER_BYTES > from + bytes) {
        await this.#reach(offset + HEADER_BYTES, signal)
        from = offset
        bytes = (await file.read(block, 0, BLOCK_BYTES, from)).bytesRead
        if (bytes < HEADER_BYTES) break
      }
      offset += packetBytes(block, offset - from)
      packet += 1
    }
    this.#mark({ packet, offset })
    return offset
  }

  #mark(mark: Mark): void {
    const at = this.#marks.findLastIndex(({ packet }) => packet <= mark.packet)
    if (this.#marks[at]?.packet !== mark.packet) this.#marks.splice(at + 1, 0, mark)
  }
}

interface Mark {
  readonly packet: number
  readonly offset: number
}

/** ISO 13818-7, 6.2: 12 bits that are all set, and further on 13 bits with the length, the header included. */
function packetBytes(block: Buffer, at: number): number {
  const isPacket = block[at] === 0xff && (block[at + 1]! & 0xf0) === 0xf0
  const bytes = ((block[at + 3]! & 3) << 11) | (block[at + 4]! << 3) | (block[at + 5]! >> 5)
  if (isPacket && bytes > HEADER_BYTES) return bytes
  throw new AppError('tool_failed', 'ffmpeg made sound that is no AAC.')
}
