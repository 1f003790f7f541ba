// A voice as the browser decodes it: decoded once, drawn, cut, and written as WAV if it was cut. The hub may be able to read a
// file that the browser cannot decode; such a file has no waveform and cannot be cut.

export interface Sound {
  readonly seconds: number
  readonly sampleRate: number
  readonly channels: readonly Float32Array[]
}

/** Seconds from the start of the whole sound. */
export interface Trim {
  readonly start: number
  readonly end: number
}

const SAMPLE_RATE = 48_000
/** Limit on the file size: decoded, a file may take ten times as much memory. */
const MAX_BYTES = 64_000_000
const MAX_CHANNELS = 2
const BYTES_PER_SAMPLE = 2
const HEADER_BYTES = 44

/** null when the browser cannot decode it, or when it is too large to hold decoded. */
export async function decodeSound(file: Blob): Promise<Sound | null> {
  if (file.size > MAX_BYTES) return null
  try {
    const context = new OfflineAudioContext(1, 1, SAMPLE_RATE)
    const buffer = await context.decodeAudioData(await file.arrayBuffer())
    const count = Math.min(MAX_CHANNELS, buffer.numberOfChannels)
    const channels = Array.from({ length: count }, (_, index) => buffer.getChannelData(index))
    return { seconds: buffer.duration, sampleRate: buffer.sampleRate, channels }
  } catch {
    return null
  }
}

/** The loudest sample in each of `count` equal parts, 0..1. */
export function peaksOf(
  { channels, sampleRate }: Sound,
  count: number,
  { start, end }: Trim,
): Float32Array {
  const all = channels[0] ?? new Float32Array()
  const samples = all.subarray(Math.floor(start * sampleRate), Math.ceil(end * sampleRate))
  const peaks = new Float32Array(count)
  const stretch = samples.length / count
  for (let index = 0; index < count; index++) {
    const end = Math.min(samples.length, Math.floor((index + 1) * stretch))
    let peak = 0
    for (let at = Math.floor(index * stretch); at < end; at++) {
      peak = Math.max(peak, Math.abs(samples[at] ?? 0))
    }
    peaks[index] = peak
  }
  return peaks
}

/** Below this every sample is noise of a microphone: about -50 dB. */
const SILENCE = 0.003

/** Whether nobody can be heard between the handles. */
export function isSilent({ channels, sampleRate }: Sound, { start, end }: Trim): boolean {
  const [first, last] = [Math.floor(start * sampleRate), Math.ceil(end * sampleRate)]
  return channels.every((samples) =>
    samples.subarray(first, last).every((sample) => Math.abs(sample) < SILENCE),
  )
}

/** The part between the handles as 16-bit WAV. */
export function toWav({ channels, sampleRate }: Sound, { start, end }: Trim): Blob {
  const first = Math.round(start * sampleRate)
  const last = Math.min(channels[0]?.length ?? 0, Math.round(end * sampleRate))
  const count = Math.max(0, last - first)
  const blockBytes = channels.length * BYTES_PER_SAMPLE
  const view = new DataView(new ArrayBuffer(HEADER_BYTES + count * blockBytes))
  writeHeader(view, {
    sampleRate,
    blockBytes,
    channels: channels.length,
    bytes: count * blockBytes,
  })
  let offset = HEADER_BYTES
  for (let at = first; at < last; at++) {
    for (const channel of channels) {
      const sample = Math.max(-1, Math.min(1, channel[at] ?? 0))
      view.setInt16(offset, Math.round(sample * 32_767), true)
      offset += BYTES_PER_SAMPLE
    }
  }
  return new Blob([view.buffer], { type: 'audio/wav' })
}

interface WavFormat {
  readonly sampleRate: number
  readonly blockBytes: number
  readonly channels: number
  readonly bytes: number
}

function writeHeader(view: DataView, { sampleRate, blockBytes, channels, bytes }: WavFormat): void {
  const text = (offset: number, word: string): void => {
    for (const [index, letter] of [...word].entries())
      view.setUint8(offset + index, letter.charCodeAt(0))
  }
  text(0, 'RIFF')
  view.setUint32(4, HEADER_BYTES - 8 + bytes, true)
  text(8, 'WAVEfmt ')
  view.setUint32(16, 16, true)
  view.setUint16(20, 1, true)
  view.setUint16(22, channels, true)
  view.setUint32(24, sampleRate, true)
  view.setUint32(28, sampleRate * blockBytes, true)
  view.setUint16(32, blockBytes, true)
  view.setUint16(34, BYTES_PER_SAMPLE * 8, true)
  text(36, 'data')
  view.setUint32(40, bytes, true)
}
