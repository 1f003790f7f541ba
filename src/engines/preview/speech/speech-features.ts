// Extracts what can be heard, every 10 ms: energies of two frequency bands and the probabilities of the visemes. One pass over the
// file; a hop costs 208 bytes, so that ten minutes of voice take 13 MB, set aside up front.

import { PcmReader, SAMPLE_RATE_HZ } from '../../../media/pcm-reader.ts'
import { LogMel, MEL_BANDS, normaliseMel } from './log-mel.ts'
import { PowerSpectrum } from './power-spectrum.ts'
import { VisemeNetwork } from './viseme-network.ts'

/** Hop h speaks for the samples from h * HOP_SAMPLES on: its window is centred on the middle of these 10 ms. */
export const HOP_SAMPLES = 160
export const HOPS_PER_SECOND = SAMPLE_RATE_HZ / HOP_SAMPLES

const WINDOW_SAMPLES = 512
const LEAD_IN_SAMPLES = (WINDOW_SAMPLES - HOP_SAMPLES) / 2
const PRE_EMPHASIS = 0.97
const FULL_SCALE = 32_768

/** Band energies are powers of samples in -1 .. 1, one value per hop. */
export interface SpeechFeatures {
  readonly hops: number
  /** 90 to 500 Hz: the voice itself, hum and rumble too. */
  readonly low: Float32Array
  /** 500 to 3500 Hz: what an opening mouth makes louder. */
  readonly mid: Float32Array
  /** VISEMES.length probabilities per hop, one hop after the other. */
  readonly visemes: Float32Array
}

type BandName = Exclude<keyof SpeechFeatures, 'hops' | 'visemes'>

const BANDS_HZ: Readonly<Record<BandName, readonly [from: number, to: number]>> = {
  low: [90, 500],
  mid: [500, 3500],
}

/**
 * Listens to a headerless 16 kHz mono s16le file from beginning to end.
 * @throws the signal's reason once it is aborted; what the file system throws when the file cannot be read.
 */
export async function extractSpeechFeatures(
  pcmPath: string,
  signal: AbortSignal,
): Promise<SpeechFeatures> {
  const network = await VisemeNetwork.load()
  const reader = await PcmReader.open(pcmPath)
  try {
    const analyser = new HopAnalyser(Math.ceil(reader.samples / HOP_SAMPLES))
    for await (const block of reader.blocks(signal)) analyser.push(block)
    const { mel, ...bands } = analyser.finish()
    normaliseMel(mel)
    return { ...bands, visemes: await network.listen(mel, signal) }
  } finally {
    await reader.close()
  }
}

/** The result of one pass over the samples. */
interface HopFeatures extends Omit<SpeechFeatures, 'visemes'> {
  /** MEL_BANDS logarithms per hop. */
  readonly mel: Float32Array
}

/** Cuts the stream of samples into overlapping windows and writes down the features of each. */
class HopAnalyser {
  readonly #features: HopFeatures
  readonly #spectrum = new PowerSpectrum(WINDOW_SAMPLES)
  readonly #logMel = new LogMel(WINDOW_SAMPLES)
  readonly #bands = Object.entries(BANDS_HZ).map(([name, [from, to]]) => ({
    name: name as BandName,
    firstBin: Math.ceil((from * WINDOW_SAMPLES) / SAMPLE_RATE_HZ),
    endBin: Math.ceil((to * WINDOW_SAMPLES) / SAMPLE_RATE_HZ),
  }))
  readonly #deEmphasis = deEmphasis()
  /** Pre-emphasised samples that a window still to come needs; half a window of silence leads in. */
  readonly #pending = new Float32Array(8 * WINDOW_SAMPLES)
  #pendingLength = LEAD_IN_SAMPLES
  #previousSample = 0
  #hop = 0

  constructor(hops: number) {
    this.#features = {
      hops,
      low: new Float32Array(hops),
      mid: new Float32Array(hops),
      mel: new Float32Array(hops * MEL_BANDS),
    }
  }

  push(samples: Int16Array): void {
    for (let next = 0; next < samples.length; ) {
      const room = this.#pending.length - this.#pendingLength
      const taken = samples.subarray(next, next + room)
      this.#appendPreEmphasised(taken)
      next += taken.length
      if (this.#pendingLength === this.#pending.length) this.#analysePending()
    }
  }

  /** Lets the last windows run out into silence. */
  finish(): HopFeatures {
    this.push(new Int16Array(WINDOW_SAMPLES))
    this.#analysePending()
    return this.#features
  }

  #appendPreEmphasised(samples: Int16Array): void {
    const pending = this.#pending
    const start = this.#pendingLength
    let previous = this.#previousSample
    for (let i = 0; i < samples.length; i++) {
      const sample = samples[i]! / FULL_SCALE
      pending[start + i] = sample - PRE_EMPHASIS * previous
      previous = sample
    }
    this.#previousSample = previous
    this.#pendingLength += samples.length
  }

  #analysePending(): void {
    let start = 0
    for (; start + WINDOW_SAMPLES <= this.#pendingLength; start += HOP_SAMPLES) {
      if (this.#hop < this.#features.hops) this.#analyse(start)
      this.#hop++
    }
    this.#pending.copyWithin(0, start, this.#pendingLength)
    this.#pendingLength -= start
  }

  #analyse(start: number): void {
    const hop = this.#hop
    this.#spectrum.compute(this.#pending, start)
    const { power } = this.#spectrum
    this.#logMel.compute(power, this.#features.mel, hop * MEL_BANDS)
    for (const { name, firstBin, endBin } of this.#bands) {
      let energy = 0
      for (let bin = firstBin; bin < endBin; bin++) energy += power[bin]! * this.#deEmphasis[bin]!
      this.#features[name][hop] = energy
    }
  }
}

/** Undoes, bin by bin, what the pre-emphasis did to the power spectrum. */
function deEmphasis(): Float64Array {
  return Float64Array.from({ length: WINDOW_SAMPLES / 2 }, (_, bin) => {
    const angle = (2 * Math.PI * bin) / WINDOW_SAMPLES
    return 1 / (1 + PRE_EMPHASIS ** 2 - 2 * PRE_EMPHASIS * Math.cos(angle))
  })
}
