import { expect, it } from 'vitest'
import { CEPSTRUM_SIZE } from './mel-cepstrum.ts'
import { seededRandom } from './seeded-random.ts'
import { VISEMES, VisemeClassifier } from './viseme-classifier.ts'

it('the probabilities of the visemes add up to one, for any sound', async () => {
  const classifier = await VisemeClassifier.load()
  const random = seededRandom(2)
  const probabilities = new Float32Array(3 * VISEMES.length)
  for (let round = 0; round < 50; round++) {
    const cepstrum = Float64Array.from({ length: CEPSTRUM_SIZE }, () => 2 * random() - 1)
    classifier.classify(cepstrum, probabilities, VISEMES.length)
    const written = probabilities.subarray(VISEMES.length, 2 * VISEMES.length)
    expect(written.reduce((sum, probability) => sum + probability, 0)).toBeCloseTo(1)
    expect(Math.min(...written)).toBeGreaterThanOrEqual(0)
  }
  expect(probabilities.subarray(0, VISEMES.length).every((untouched) => untouched === 0)).toBe(true)
})
