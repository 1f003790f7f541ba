// WAV files byte by byte, the impossible ones included.

export interface WavOptions {
  readonly sampleRate?: number
  readonly channels?: number
  /** Samples of each channel. */
  readonly samples?: number
  /** The data size in the header; by default the true one. */
  readonly claimedBytes?: number
}

const BYTES_PER_SAMPLE = 2
export const WAV_HEADER_BYTES = 44

/** 16-bit PCM with a tone of 440 Hz in every channel. */
export function wavFile(options: WavOptions = {}): Buffer {
  const { sampleRate = 16_000, channels = 1, samples = 16_000 } = options
  const frameBytes = channels * BYTES_PER_SAMPLE
  const dataBytes = samples * frameBytes
  const claimedBytes = options.claimedBytes ?? dataBytes
  const file = Buffer.alloc(WAV_HEADER_BYTES + dataBytes)
  file.write('RIFF', 0, 'latin1')
  file.writeUInt32LE(Math.min(36 + claimedBytes, 0xffff_ffff), 4)
  file.write('WAVEfmt ', 8, 'latin1')
  file.writeUInt32LE(16, 16)
  file.writeUInt16LE(1, 20)
  file.writeUInt16LE(channels, 22)
  file.writeUInt32LE(sampleRate, 24)
  file.writeUInt32LE((sampleRate * frameBytes) % 2 ** 32, 28)
  file.writeUInt16LE(frameBytes % 2 ** 16, 32)
  file.writeUInt16LE(BYTES_PER_SAMPLE * 8, 34)
  file.write('data', 36, 'latin1')
  file.writeUInt32LE(claimedBytes, 40)
  for (let index = 0; index < samples * channels; index += 1) {
    const time = Math.floor(index / channels) / (sampleRate || 16_000)
    const value = Math.round(8000 * Math.sin(2 * Math.PI * 440 * time))
    file.writeInt16LE(value, WAV_HEADER_BYTES + index * BYTES_PER_SAMPLE)
  }
  return file
}

/** Cuts a WAV file of 16-bit mono samples, with a header of 44 bytes, to its first second. */
export function firstSecond(wav: Buffer): Buffer {
  const bytes = wav.readUInt32LE(24) * 2
  const header = Buffer.from(wav.subarray(0, 44))
  header.writeUInt32LE(36 + bytes, 4)
  header.writeUInt32LE(bytes, 40)
  return Buffer.concat([header, wav.subarray(44, 44 + bytes)])
}
