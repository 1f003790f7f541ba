// The shipped voice repeated, for renders that last long enough to be disturbed.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ROOT } from './run-infinitetalk.ts'
import { WAV_HEADER_BYTES } from './wav-file.ts'

const SAMPLE_RATE = 16_000
const BYTES_PER_SAMPLE = 2

export async function longVoice(times: number): Promise<Buffer> {
  const said = await shippedSamples()
  return withHeader(Buffer.concat(Array.from({ length: times }, () => said)))
}

/** Repeated and cut to the sample. */
export async function voiceOf(seconds: number): Promise<Buffer> {
  const said = await shippedSamples()
  return withHeader(Buffer.alloc(Math.round(seconds * SAMPLE_RATE) * BYTES_PER_SAMPLE, said))
}

async function shippedSamples(): Promise<Buffer> {
  return (await readFile(join(ROOT, 'examples/speech.wav'))).subarray(WAV_HEADER_BYTES)
}

async function withHeader(samples: Buffer): Promise<Buffer> {
  const file = await readFile(join(ROOT, 'examples/speech.wav'))
  const header = Buffer.from(file.subarray(0, WAV_HEADER_BYTES))
  header.writeUInt32LE(WAV_HEADER_BYTES - 8 + samples.length, 4)
  header.writeUInt32LE(samples.length, WAV_HEADER_BYTES - 4)
  return Buffer.concat([header, samples])
}
