// How strongly somebody speaks, moment by moment, relative to how this speaker speaks around then: the same curve for a
// whisper, a shout and a clipped recording, and zero for what is not speech (silence, noise, hum, clicks).
import { clamp, smoothRamp } from './ramps.ts'
import { slidingMax, smooth, withoutNarrowPeaks } from './smoothing.ts'
import { HOPS_PER_SECOND, type SpeechFeatures } from './speech-features.ts'

export interface SpeechLevel {
  /** 0 silent, 1 as loud as this speaker's loudest syllables around then. */
  readonly effort: Float32Array
  /** 0 in a pause, 1 while speaking, consonants included. */
  readonly talking: Float32Array
  /** How far the sound has dipped below the loudest of its neighbourhood, in decibels: deep where the mouth closes. */
  readonly dipDb: Float32Array
  /** The loudest of that neighbourhood, in decibels of full scale. */
  readonly peakDb: Float32Array
}

/** A mouth that opens is heard from 500 Hz up. The band below counts as little as keeps i and u from being shut: hum lives
 * there, and the murmur of m and n, which is loud behind closed lips. */
const LOW_BAND_SHARE = 0.03
/** Smallest power that is told from nothing: about the rounding noise of 16 bits. */
const POWER_FLOOR = 1e-11
/** Below this a hop is digital silence and says nothing about the noise of the room. */
const AUDIBLE_DB = -85

/** Two hops on either side: clicks and pops are shorter than 50 ms, the core of a syllable is not. */
const CLICK_RADIUS_HOPS = 2

/** The quietest few per cent of what is audible are the noise of the room. */
const NOISE_QUANTILE = 0.06
/** The loudest few per cent, but no more than half a second, are the speaker: one sentence in an hour of silence counts. */
const SPEAKER_QUANTILE = 0.06
const SPEAKER_HOPS = 0.5 * HOPS_PER_SECOND
/** Speech swings by 20 dB and more between its vowels and its closures; noise and hum by less than 5. */
const STEADY_SWING_DB = 7
const SPEECH_SWING_DB = 13

/** Automatic gain: the loudest moment of the 5 seconds around, smoothed. Not much below the speaker's usual level, or
 * breath would count as speech, and not much above it, or a slammed door would mute the words around it. */
const GAIN_RADIUS_HOPS = 2.5 * HOPS_PER_SECOND
const GAIN_SIGMA_HOPS = 1.2 * HOPS_PER_SECOND
const MOST_GAIN_DB = 14
const MOST_DAMPING_DB = 6

/** Between these, measured down from the local peak, the effort rises from 0 to 1. */
const EFFORT_BOTTOM_DB = 30
const EFFORT_TOP_DB = 3
/** Somebody is talking when a peak this near the local loudest is within 130 ms. */
const TALKING_FROM_DB = -20
const TALKING_FULL_DB = -12
const NEIGHBOURHOOD_HOPS = 13
/** One hop: rounds off the corners of the opening. */
const LEVEL_SIGMA_HOPS = 1

export function measureSpeechLevel(features: SpeechFeatures): SpeechLevel {
  const raw = features.mid.map((mid, i) => decibels(mid + LOW_BAND_SHARE * features.low[i]!))
  const level = smooth(withoutNarrowPeaks(raw, CLICK_RADIUS_HOPS), LEVEL_SIGMA_HOPS)
  const { noiseDb, speakerDb } = noiseAndSpeaker(level)
  const swing = smoothRamp(STEADY_SWING_DB, SPEECH_SWING_DB, speakerDb - noiseDb)
  const peakDb = slidingMax(level, NEIGHBOURHOOD_HOPS)
  const reference = localReference(level, speakerDb)

  const effort = level.map((db, i) => {
    const aboveNoise = smoothRamp(noiseDb + 4, noiseDb + 10, db)
    const aboveBottom = db - (reference[i]! - EFFORT_BOTTOM_DB)
    return swing * aboveNoise * clamp(aboveBottom / (EFFORT_BOTTOM_DB - EFFORT_TOP_DB), 0, 1)
  })
  const talking = peakDb.map((db, i) => {
    const aboveNoise = smoothRamp(noiseDb + 4, noiseDb + 10, db)
    return swing * aboveNoise * smoothRamp(TALKING_FROM_DB, TALKING_FULL_DB, db - reference[i]!)
  })
  const dipDb = peakDb.map((db, i) => db - level[i]!)
  return { effort, talking, dipDb, peakDb }
}

export function decibels(power: number): number {
  return 10 * Math.log10(power + POWER_FLOOR)
}

function noiseAndSpeaker(level: Float32Array): { noiseDb: number; speakerDb: number } {
  const audible = level.filter((db) => db > AUDIBLE_DB).sort()
  if (audible.length === 0) return { noiseDb: AUDIBLE_DB, speakerDb: AUDIBLE_DB }
  const loudest = Math.min(SPEAKER_HOPS, SPEAKER_QUANTILE * audible.length)
  return {
    noiseDb: audible[Math.floor(NOISE_QUANTILE * (audible.length - 1))]!,
    speakerDb: audible[audible.length - 1 - Math.floor(loudest)]!,
  }
}

/** The level of the loudest syllables around each hop, in decibels. */
function localReference(level: Float32Array, speakerDb: number): Float32Array {
  const local = smooth(slidingMax(level, GAIN_RADIUS_HOPS), GAIN_SIGMA_HOPS)
  return local.map((db) => clamp(db, speakerDb - MOST_GAIN_DB, speakerDb + MOST_DAMPING_DB))
}
