// Chooses the channel of a stereo voice that drives the lips. A mix of both channels is right for nearly all files, but channels
// of opposite polarity (a balanced microphone on a stereo input) cancel each other, and the mix is silent.
import { open } from 'node:fs/promises'
import { PcmReader } from './pcm-reader.ts'

/**
 * Share of the channels' mean power. The mix of equal channels has all of it; the mix of unrelated channels, or of one channel
 * and silence, has half. Below a quarter the channels cancel each other.
 */
const MIN_MIX_SHARE = 0.25

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
      // Differences of samples suppress hum, which both channels of such a cable share.
      const left = samples[i]! - lastLeft
      const right = samples[i + 1]! - lastRight
      lastLeft = samples[i]!
      lastRight = samples[i + 1]!
      power[0] += left * left
      power[1] += right * right
      mixPower += ((left + right) / 2) ** 2
    }
  }
  if (mixPower >= MIN_MIX_SHARE * ((power[0] + power[1]) / 2)) return null
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
