// Whether the lips (p, b, m) or the tongue (t, d, k, g, n) close the mouth: only the lips may be seen to meet. Two cues that
// are weak alone are added. On 588 labelled consonants of espeak-ng and flite that the numbers were not tuned on, 59 % of
// the bilabials shut the mouth and 37 % of the others; loudness and the classifier alone shut 66 % and 64 %.
import { smoothRamp } from './ramps.ts'
import { smooth } from './smoothing.ts'
import type { SpeechFeatures } from './speech-features.ts'
import { decibels, type SpeechLevel } from './speech-level.ts'
import type { VisemeMix } from './viseme-mix.ts'

const SIGMA_HOPS = 1
/** The dull transition into a bilabial is heard 30 ms before it. */
const TRANSITION_HOPS = 3
/** Beyond this nothing is left to hear, and silence must not count as ever duller. */
const MAX_DULLNESS_DB = 60
/** What a probability of 1 weighs against the dullness of two moments, from a logistic fit to the same closures. */
const DB_PER_PROBABILITY = 330
/** Evidence from which the lips begin to close, and from which they do. */
const LEAST_EVIDENCE_DB = 42
const FULL_EVIDENCE_DB = 98

/** 0 surely not, 1 very likely; says nothing about whether there is a closure at all. */
export function bilabialLikelihood(
  features: SpeechFeatures,
  level: SpeechLevel,
  mix: VisemeMix,
): Float32Array {
  const dullness = dullnessDb(features, level)
  const evidence = mix.bilabial.map((probability, i) => {
    const before = dullness[Math.max(0, i - TRANSITION_HOPS)]!
    return DB_PER_PROBABILITY * probability + dullness[i]! + before
  })
  return evidence.map((db) => smoothRamp(LEAST_EVIDENCE_DB, FULL_EVIDENCE_DB, db))
}

/**
 * How far the second formant's band lies below the loudest of its neighbourhood, compared with what this voice and this
 * microphone usually do. Lips darken a sound; a tongue behind the teeth or at the palate keeps it bright.
 */
function dullnessDb(
  { secondFormant }: SpeechFeatures,
  { peakDb, talking }: SpeechLevel,
): Float32Array {
  const brightness = smooth(secondFormant.map(decibels), SIGMA_HOPS)
  const dullness = brightness.map((db, i) => Math.min(MAX_DULLNESS_DB, peakDb[i]! - db))
  const spoken = dullness.filter((_, i) => talking[i]! > 0.5).sort()
  const usual = spoken[Math.floor(spoken.length / 2)] ?? 0
  return dullness.map((db) => db - usual)
}
