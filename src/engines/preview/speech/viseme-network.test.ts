// The expected numbers are those of the training's own code: training/visemes/reference.py.
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { describeWith } from '../../../../test/support/requires.ts'
import { createTestFolder } from '../../../../test/support/test-folder.ts'
import { LogMel, MEL_BANDS, normaliseMel } from './log-mel.ts'
import { PowerSpectrum } from './power-spectrum.ts'
import { HOP_SAMPLES } from './speech-features.ts'
import { VISEME_WEIGHTS, VisemeNetwork } from './viseme-network.ts'
import { VISEMES } from './visemes.ts'

const TRAINING = new URL('../../../../training/visemes/', import.meta.url)
const never = new AbortController().signal

interface Reference {
  readonly probabilities: Readonly<Record<string, readonly number[]>>
  readonly mel: Readonly<Record<string, readonly number[]>>
}

const reference = JSON.parse(
  await readFile(new URL('reference.json', TRAINING), 'utf8'),
) as Reference

/** The formula of reference.py. */
function madeUpFeatures(hops: number): Float32Array {
  return Float32Array.from({ length: hops * MEL_BANDS }, (_, i) => {
    const [hop, band] = [Math.floor(i / MEL_BANDS), i % MEL_BANDS]
    return 2 * Math.sin(0.37 * hop + 0.9 * band) + Math.cos(0.05 * hop * (1 + band / 8))
  })
}

describe('the viseme network', () => {
  it('answers as it did in training, at the ends of a voice and of a block too', async () => {
    const network = await VisemeNetwork.load()
    const heard = await network.listen(madeUpFeatures(300), never)
    for (const [hop, expected] of Object.entries(reference.probabilities)) {
      const at = Number(hop) * VISEMES.length
      for (const [v, probability] of expected.entries()) {
        expect(heard[at + v]).toBeCloseTo(probability, 4)
      }
    }
  })

  it('hears nothing in a voice of no samples', async () => {
    const network = await VisemeNetwork.load()
    expect(await network.listen(new Float32Array(0), never)).toHaveLength(0)
  })

  it('stops when it is told to', async () => {
    const network = await VisemeNetwork.load()
    const stopped = network.listen(madeUpFeatures(300), AbortSignal.abort(new Error('enough')))
    await expect(stopped).rejects.toThrow('enough')
  })

  it('is the one whose checksum is written down, and small', async () => {
    const file = await readFile(VISEME_WEIGHTS.file)
    expect(createHash('sha256').update(file).digest('hex')).toBe(VISEME_WEIGHTS.sha256)
    expect(file.length).toBeLessThan(150_000)
  })
})

describeWith(['python3'], 'apt-get install python3', 'the training', () => {
  it("exports the checkpoint to the engine's weights, byte for byte", async () => {
    const path = (await createTestFolder()).path('weights.bin')
    const file = (name: string): string => fileURLToPath(new URL(name, TRAINING))
    await promisify(execFile)('python3', [file('export.py'), file('checkpoint.f32'), path])
    expect((await readFile(path)).equals(await readFile(VISEME_WEIGHTS.file))).toBe(true)
  })

  it('has the classes of the engine in the same order', async () => {
    const { stdout } = await promisify(execFile)(
      'python3',
      ['-B', '-c', 'from classes import CLASSES; print(*CLASSES)'],
      { cwd: TRAINING },
    )
    expect(stdout.trim().split(' ')).toEqual([...VISEMES])
  })
})

describe('the log-mel', () => {
  it('is the one the network was trained on', () => {
    // The formula of reference.py, pre-emphasised and led in as the engine does it.
    const samples = Float32Array.from({ length: 1600 }, (_, i) => {
      const t = (2 * Math.PI * i) / 16_000
      return Math.round(8000 * Math.sin(220 * t) * Math.sin(1330 * t)) / 32_768
    })
    const window = 512
    const lead = (window - HOP_SAMPLES) / 2
    const padded = new Float32Array(samples.length + 2 * window)
    samples.forEach((sample, i) => {
      padded[lead + i] = sample - 0.97 * (samples[i - 1] ?? 0)
    })
    const spectrum = new PowerSpectrum(window)
    const mel = new Float32Array(MEL_BANDS)
    for (const [hop, expected] of Object.entries(reference.mel)) {
      spectrum.compute(padded, Number(hop) * HOP_SAMPLES)
      new LogMel(window).compute(spectrum.power, mel, 0)
      for (const [band, power] of expected.entries()) expect(mel[band]).toBeCloseTo(power, 2)
    }
  })

  it('is normalised so that neither level nor microphone matter', () => {
    const quiet = madeUpFeatures(50)
    const loud = quiet.map((value, i) => value + 1 + (i % MEL_BANDS) / 16)
    normaliseMel(quiet)
    normaliseMel(loud)
    for (const [i, value] of loud.entries()) expect(value).toBeCloseTo(quiet[i]!, 4)
  })
})
