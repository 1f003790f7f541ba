// Finds where the voice of a spoken piece begins and ends, and its pauses. Made speech has no noise behind it, so loudness tells.
import type { SpokenPiece } from '../domain/time-cues.ts'

const HOP_SECONDS = 0.01
/** Decibels below the loudest hop: breath and the end of words are louder, silence of any codec is quieter. */
const QUIET_DB = 38
/** Gaps within words (before a p or a t) last up to 0.1 s. */
const MIN_PAUSE_SECONDS = 0.12

/** @param samples 16-bit, mono @returns null for silence */
export function findPauses(samples: Int16Array, sampleRate: number): SpokenPiece | null {
  const hop = Math.round(sampleRate * HOP_SECONDS)
  const powers: number[] = []
  for (let at = 0; at + hop <= samples.length; at += hop) {
    let power = 0
    for (let i = at; i < at + hop; i += 1) power += samples[i]! ** 2
    powers.push(power / hop)
  }
  const loudest = powers.reduce((most, power) => Math.max(most, power), 0)
  if (loudest < 1) return null
  const threshold = loudest * 10 ** (-QUIET_DB / 10)
  const isLoud = powers.map((power) => power >= threshold)
  const first = isLoud.indexOf(true)
  const last = isLoud.lastIndexOf(true)
  const pauses: { fromSeconds: number; toSeconds: number }[] = []
  let quietFrom = -1
  for (let index = first; index <= last; index += 1) {
    if (!isLoud[index]) {
      if (quietFrom < 0) quietFrom = index
      continue
    }
    if (quietFrom >= 0 && (index - quietFrom) * HOP_SECONDS >= MIN_PAUSE_SECONDS) {
      pauses.push({ fromSeconds: quietFrom * HOP_SECONDS, toSeconds: index * HOP_SECONDS })
    }
    quietFrom = -1
  }
  return {
    fromSeconds: first * HOP_SECONDS,
    toSeconds: Math.min((last + 1) * HOP_SECONDS, samples.length / sampleRate),
    pauses,
  }
}
