// Reads how many bytes an MP3 promises. Most encoders write a first frame without sound that states the length of the
// stream: `Xing` (varying bit rate), `Info` (constant) or `VBRI` (Fraunhofer). An MP3 without it looks the same when truncated.
import type { InputFile } from './input-file.ts'
import { id3TagBytes, isMpegAudioFrame, SNIFF_BYTES } from './sniff.ts'

/** Bytes behind the tags in which the first frame must begin: junk there is short. */
const SEARCH_BYTES = 64 * 1024

/** The largest frame of layer III: 320 kbit/s at 32 kHz. */
const MAX_FRAME_BYTES = 1441

/** Encoders disagree on whether the frame that states the length counts; a missing last frame is 26 ms. */
const TOLERATED_FRAMES = 2

interface StatedLength {
  readonly frames: number | null
  readonly bytes: number | null
}

/** Offset of the first byte after the stream, as the file states it; 0 when it states none or lacks less than a frame. */
export async function mp3PromisedEnd(file: InputFile): Promise<number> {
  const tagBytes = id3TagBytes(await file.read(0, SNIFF_BYTES))
  const head = Buffer.from(await file.read(tagBytes, SEARCH_BYTES))
  const frameOffset = firstFrame(head)
  if (frameOffset === null) return 0
  const { frames, bytes } = statedLength(head.subarray(frameOffset)) ?? {
    frames: null,
    bytes: null,
  }
  if (bytes === null) return 0
  const end = tagBytes + frameOffset + bytes
  const frameBytes = frames === null ? MAX_FRAME_BYTES : Math.min(MAX_FRAME_BYTES, bytes / frames)
  return end - file.bytes > TOLERATED_FRAMES * frameBytes ? end : 0
}

/** Junk may hold what looks like a frame: the first one that states a length counts. */
function firstFrame(head: Buffer): number | null {
  for (let offset = head.indexOf(0xff); offset >= 0; offset = head.indexOf(0xff, offset + 1)) {
    const frame = head.subarray(offset)
    if (isMpegAudioFrame(frame) && statedLength(frame) !== null) return offset
  }
  return null
}

/** null when the frame is not one that states a length. */
function statedLength(frame: Buffer): StatedLength | null {
  const at = 4 + sideInfoBytes(frame)
  const xing = frame.toString('latin1', at, at + 4)
  if ((xing === 'Xing' || xing === 'Info') && frame.length >= at + 16) {
    const flags = frame.readUInt32BE(at + 4)
    const hasFrames = (flags & 1) !== 0
    const hasBytes = (flags & 2) !== 0
    return {
      frames: hasFrames ? known(frame.readUInt32BE(at + 8)) : null,
      bytes: hasBytes ? known(frame.readUInt32BE(at + (hasFrames ? 12 : 8))) : null,
    }
  }
  if (frame.toString('latin1', VBRI_OFFSET, VBRI_OFFSET + 4) !== 'VBRI') return null
  if (frame.length < VBRI_OFFSET + 18) return null
  return {
    bytes: known(frame.readUInt32BE(VBRI_OFFSET + 10)),
    frames: known(frame.readUInt32BE(VBRI_OFFSET + 14)),
  }
}

/** After the header of the frame and 32 bytes, for every kind of frame. */
const VBRI_OFFSET = 36

/** An encoder that writes to a pipe leaves 0. */
function known(value: number): number | null {
  return value === 0 ? null : value
}

/** ISO 11172-3, 2.4.1.7, and 13818-3: MPEG-1 or a later version, stereo or mono. */
function sideInfoBytes(frame: Buffer): number {
  const isMpeg1 = ((frame[1]! >> 3) & 3) === 3
  const isMono = frame[3]! >> 6 === 3
  if (isMpeg1) return isMono ? 17 : 32
  return isMono ? 9 : 17
}
