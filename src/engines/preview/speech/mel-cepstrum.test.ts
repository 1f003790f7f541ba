// The reference implementation, with which the model was trained.
import { MFCC } from '@met4citizen/headaudio/modules/mfcc.mjs'
import { expect, it } from 'vitest'
import { CEPSTRUM_SIZE, MelCepstrum } from './mel-cepstrum.ts'
import { PowerSpectrum } from './power-spectrum.ts'
import { seededRandom } from './seeded-random.ts'

const WINDOW_SAMPLES = 512

const random = seededRandom(1)
const windows: Readonly<Record<string, Float32Array>> = {
  noise: Float32Array.from({ length: WINDOW_SAMPLES }, () => 0.2 * (random() - 0.5)),
  'a vowel-like buzz': Float32Array.from(
    { length: WINDOW_SAMPLES },
    (_, i) => Math.exp(-(i % 133) / 20) * Math.sin(i / 2.5),
  ),
  silence: new Float32Array(WINDOW_SAMPLES),
}

it.each(Object.entries(windows))(
  'the cepstrum of %s is the one the model was trained on',
  (_, window) => {
    const reference = new MFCC().compute(window).mfcc as Float32Array
    const spectrum = new PowerSpectrum(WINDOW_SAMPLES)
    const cepstrum = new Float64Array(CEPSTRUM_SIZE)
    spectrum.compute(window, 0)
    new MelCepstrum(WINDOW_SAMPLES).compute(spectrum.power, cepstrum)

    for (let c = 0; c < CEPSTRUM_SIZE; c++) {
      expect(cepstrum[c]).toBeCloseTo(Math.tanh(reference[c]!), 3)
    }
  },
)
