// The shipped voice repeated, for renders that last long enough to be disturbed.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ROOT } from './run-infinitetalk.ts'
import { WAV_HEADER_BYTES } from './wav-file.ts'

export async function longVoice(times: number): Promise<Buffer> {
  const file = await readFile(join(ROOT, 'examples/speech.wav'))
  const said = file.subarray(WAV_HEADER_BYTES)
  const header = Buffer.from(file.subarray(0, WAV_HEADER_BYTES))
  header.writeUInt32LE(WAV_HEADER_BYTES - 8 + said.length * times, 4)
  header.writeUInt32LE(said.length * times, WAV_HEADER_BYTES - 4)
  return Buffer.concat([header, ...Array.from({ length: times }, () => said)])
}
