// One stretch of the voice as the file that ComfyUI loads: 16 kHz mono, which is what its speech encoder works at, with silence
// behind it. Without the silence a turned stretch would speak its beginning over its end. The voices of two people are mixed: they talk in
// turns, and one track has one level.
import { open } from 'node:fs/promises'
import { FPS } from '@infinitetalk/arithmetic'
import type { VoiceStretch } from './voice-stretch.ts'

const SAMPLE_RATE = 16_000
const BYTES_PER_SAMPLE = 2
const SAMPLES_PER_FRAME = SAMPLE_RATE / FPS
/** The features of the last frame look two frames ahead, and the encoder's own filters less than that. */
const SILENT_FRAMES = FPS

/** @param pcmPaths headerless samples of each whole voice, as staged */
export async function writeStretch(
  pcmPaths: readonly string[],
  { fromFrame, toFrame }: VoiceStretch,
  toPath: string,
): Promise<void> {
  const samples = (toFrame - fromFrame + SILENT_FRAMES) * SAMPLES_PER_FRAME
  const data = Buffer.alloc(samples * BYTES_PER_SAMPLE)
  const spoken = (toFrame - fromFrame) * SAMPLES_PER_FRAME * BYTES_PER_SAMPLE
  // Silence fills the stretch after the end of a voice.
  const from = fromFrame * SAMPLES_PER_FRAME * BYTES_PER_SAMPLE
  for (const [index, pcmPath] of pcmPaths.entries()) {
    await using source = await open(pcmPath)
    const voice = index === 0 ? data : Buffer.alloc(spoken)
    await source.read(voice, 0, spoken, from)
    if (index > 0) addSamples(data, voice)
  }
  await using file = await open(toPath, 'w')
  await file.writeFile(Buffer.concat([header(data.length), data]))
}

function addSamples(to: Buffer, voice: Buffer): void {
  for (let at = 0; at < voice.length; at += BYTES_PER_SAMPLE) {
    const sum = to.readInt16LE(at) + voice.readInt16LE(at)
    to.writeInt16LE(Math.max(-32_768, Math.min(32_767, sum)), at)
  }
}

/** The 44 bytes of a WAV file of PCM samples. */
function header(dataBytes: number): Buffer {
  const bytes = Buffer.alloc(44)
  bytes.write('RIFF', 0, 'latin1')
  bytes.writeUInt32LE(36 + dataBytes, 4)
  bytes.write('WAVEfmt ', 8, 'latin1')
  bytes.writeUInt32LE(16, 16)
  bytes.writeUInt16LE(1, 20)
  bytes.writeUInt16LE(1, 22)
  bytes.writeUInt32LE(SAMPLE_RATE, 24)
  bytes.writeUInt32LE(SAMPLE_RATE * BYTES_PER_SAMPLE, 28)
  bytes.writeUInt16LE(BYTES_PER_SAMPLE, 32)
  bytes.writeUInt16LE(8 * BYTES_PER_SAMPLE, 34)
  bytes.write('data', 36, 'latin1')
  bytes.writeUInt32LE(dataBytes, 40)
  return bytes
}
