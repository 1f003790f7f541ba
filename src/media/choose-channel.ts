// Chooses what the lips listen to of a stereo voice. A mix of both channels is right for nearly all files, but channels of
// opposite polarity (a balanced microphone on a stereo input) cancel each other, and the mix is silence.
import { open } from 'node:fs/promises'
import { PcmReader } from './pcm-reader.ts'

/**
 * The mix of equal channels is as strong as each of them; that of unrelated channels, or of one that is silent, has half
 * their mean power. Below a quarter they cancel each other.
 */
const LEAST_MIX_SHARE = 0.25

/**
 * @param path headerless s16le samples of two channels
 * @returns the channel to listen to; null for the mix of both
 */
export async function chooseChannel(path: string, signal: AbortSignal): Promise<0 | 1 | null> {
  const power: [number, number] = [0, 0]
  let mixPower = 0
  let lastLeft = 0
  let lastRight = 0
  await using reader = await PcmReader.open(path)
  for await (const samples of reader.blocks(signal)) {
    for (let i = 0; i + 1 < samples.length; i += 2) {
      // Differences leave out hum, which both channels of such a cable share.
      const left = samples[i]! - lastLeft
      const right = samples[i + 1]! - lastRight
      lastLeft = samples[i]!
      lastRight = samples[i + 1]!
      power[0] += left * left
      power[1] += right * right
      mixPower += ((left + right) / 2) ** 2
    }
  }
  if (mixPower >= LEAST_MIX_SHARE * ((power[0] + power[1]) / 2)) return null
  return power[0] >= power[1] ? 0 : 1
}

/** Writes one channel of a stereo file as a mono file. */
export async function writeChannel(
  stereoPath: string,
  channel: 0 | 1,
  monoPath: string,
  signal: AbortSignal,
): Promise<void> {
  await using reader = await PcmReader.open(stereoPath)
  await using mono = await open(monoPath, 'w')
  for await (const samples of reader.blocks(signal)) {
    const picked = Int16Array.from(
      { length: samples.length >> 1 },
      (_, i) => samples[2 * i + channel]!,
    )
    await mono.write(new Uint8Array(picked.buffer))
  }
}
