import { expect, it } from 'vitest'
import { PowerSpectrum } from './power-spectrum.ts'
import { seededRandom } from './seeded-random.ts'

it.each([8, 64, 512])('the spectrum of %i samples is that of the textbook sum', (size) => {
  const random = seededRandom(size)
  const samples = Float32Array.from({ length: size + 3 }, () => random() - 0.5)
  const spectrum = new PowerSpectrum(size)
  spectrum.compute(samples, 3)

  for (let k = 0; k < size / 2; k++) {
    let [re, im] = [0, 0]
    for (let i = 0; i < size; i++) {
      const hamming = 0.54 - 0.46 * Math.cos((2 * Math.PI * i) / (size - 1))
      const angle = (-2 * Math.PI * k * i) / size
      re += samples[i + 3]! * hamming * Math.cos(angle)
      im += samples[i + 3]! * hamming * Math.sin(angle)
    }
    expect(spectrum.power[k]).toBeCloseTo((re * re + im * im) / size, 9)
  }
})
