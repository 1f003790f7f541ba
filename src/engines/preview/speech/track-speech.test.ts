import { FPS } from '@infinitetalk/arithmetic'
import { afterAll, describe, expect, it } from 'vitest'
import {
  clicks,
  createPcmSandbox,
  hum,
  joined,
  mixed,
  noise,
  silence,
  withPeak,
} from '../../../../test/support/pcm-sandbox.ts'
import { describeWith } from '../../../../test/support/requires.ts'
import { SAMPLE_RATE_HZ } from '../../../media/pcm-reader.ts'
import type { FacePose } from '../pose.ts'
import { extractSpeechFeatures } from './speech-features.ts'
import { trackSpeech } from './track-speech.ts'

const sandbox = createPcmSandbox()
afterAll(() => sandbox.remove())

const never = new AbortController().signal
const expressiveness = 'natural'

async function poses(samples: Float32Array, seed = 1): Promise<readonly FacePose[]> {
  const frames = Math.ceil((samples.length / SAMPLE_RATE_HZ) * FPS)
  const track = await trackSpeech({
    pcmPath: sandbox.write(samples),
    frames,
    seed,
    expressiveness,
    signal: never,
  })
  return Array.from({ length: track.length }, (_, frame) => track.at(frame))
}

const jawsOf = (track: readonly FacePose[]): readonly number[] => track.map((pose) => pose.jaw)
const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length

describe('what is not speech keeps the mouth shut', () => {
  it.each<[name: string, samples: Float32Array]>([
    ['digital silence', silence(4)],
    ['white noise at -60 dB', noise(4, -60)],
    ['pink noise at -60 dB', noise(4, -60, 0.9)],
    ['noise that sets in after silence', joined(silence(2), noise(3, -60), silence(1))],
    ['loud white noise', noise(4, -20)],
    ['a 50 Hz hum', hum(4, 50, -12)],
    ['a 60 Hz hum with overtones', hum(4, 60, -20, 20)],
    ['hum and hiss', mixed(hum(4, 50, -30, 10), noise(4, -60))],
    ['clicks', clicks(4)],
    ['clicks over noise', mixed(clicks(4), noise(4, -60))],
  ])('%s', async (_, samples) => {
    const track = await poses(samples)
    expect(Math.max(...jawsOf(track))).toBeLessThan(0.02)
    expect(Math.max(...track.map((pose) => pose.press))).toBeLessThan(0.02)
  })

  it('but the face stays alive: it blinks and sways', async () => {
    const track = await poses(silence(8))
    expect(Math.max(...track.map((pose) => pose.blink))).toBe(1)
    const yaws = track.map((pose) => pose.yaw)
    expect(Math.max(...yaws) - Math.min(...yaws)).toBeGreaterThan(0.5)
  })
})

describe('a track', () => {
  const anySound = mixed(noise(2, -30), hum(2, 200, -20))

  it.each([1, 2, 49, 50, 51, 75])('has exactly the %i poses asked for', async (frames) => {
    const pcmPath = sandbox.write(anySound)
    const track = await trackSpeech({ pcmPath, frames, seed: 1, expressiveness, signal: never })
    expect(track.length).toBe(frames)
    for (let i = 0; i < frames; i++) {
      for (const value of Object.values(track.at(i))) expect(value).toSatisfy(Number.isFinite)
    }
  })

  it('of an empty voice rests', async () => {
    const pcmPath = sandbox.write(silence(0))
    const track = await trackSpeech({ pcmPath, frames: 5, seed: 1, expressiveness, signal: never })
    expect(Array.from({ length: 5 }, (_, i) => track.at(i).jaw)).toEqual([0, 0, 0, 0, 0])
  })

  it('begins with the head where the picture has it', async () => {
    const [first] = await poses(anySound)
    for (const channel of ['blink', 'yaw', 'roll', 'shiftX', 'shiftY'] as const) {
      expect(first?.[channel]).toBeCloseTo(0)
    }
  })

  it('stops with the reason of the abort', async () => {
    const stop = new AbortController()
    stop.abort(new Error('enough'))
    const pcmPath = sandbox.write(anySound)
    const tracked = trackSpeech({
      pcmPath,
      frames: 50,
      seed: 1,
      expressiveness,
      signal: stop.signal,
    })
    await expect(tracked).rejects.toThrow('enough')
  })

  it('cannot be had of a file that is not there', async () => {
    const pcmPath = `${sandbox.folder}/none.pcm`
    const tracked = trackSpeech({ pcmPath, frames: 50, seed: 1, expressiveness, signal: never })
    await expect(tracked).rejects.toMatchObject({ code: 'ENOENT' })
  })
})

const HOW = 'apt-get install flite espeak-ng ffmpeg'

describeWith(['flite', 'espeak-ng', 'ffmpeg'], HOW, 'spoken words move the mouth', () => {
  const english = sandbox.speak(
    'flite',
    'slt',
    'The morning train was late again, so Bob made tea.',
  )
  const german = sandbox.speak('espeak-ng', 'de', 'Am Montag kaufte Peter eine Zeitung und Butter.')
  const italian = sandbox.speak('espeak-ng', 'it', 'Mia mamma prepara una buona pasta per tutti.')

  it.each([
    ['English', english],
    ['German', german],
    ['Italian', italian],
  ])('in time with the voice: %s', async (_, samples) => {
    const track = await poses(samples)
    const opening = track.map((pose) => pose.jaw * (1 - pose.press))
    const envelope = await envelopeDb(samples, track.length)
    const byLag = [-3, -2, -1, 0, 1, 2, 3].map((lag) => correlation(envelope, opening, lag))
    expect(byLag.indexOf(Math.max(...byLag)) - 3).toBe(0)
    // An m is loud behind shut lips: the better they shut, the less the mouth agrees with the loudness.
    expect(Math.max(...byLag)).toBeGreaterThan(0.6)
  })

  it.each<[name: string, change: (samples: Float32Array) => Float32Array]>([
    ['very quiet', (samples) => withPeak(samples, -40)],
    ['quiet over noise', (samples) => mixed(withPeak(samples, -40), noise(10, -75))],
    ['clipped', (samples) => withPeak(samples, 12)],
    ['over a hum', (samples) => mixed(samples, hum(10, 50, -25, 5))],
    ['after a minute of silence', (samples) => joined(silence(60), samples)],
    [
      'after a minute of noise',
      (samples) => joined(noise(60, -60), mixed(samples, noise(10, -60))),
    ],
    ['after a bang', (samples) => joined(noise(0.1, -6), silence(2), withPeak(samples, -18))],
  ])('as far when it is %s', async (_, change) => {
    const usual = jawsOf(await poses(german))
    const changed = jawsOf(await poses(change(german))).slice(-usual.length)
    expect(mean(changed)).toBeGreaterThan(0.7 * mean(usual))
    expect(mean(changed)).toBeLessThan(1.5 * mean(usual))
  })

  it('wider for ah than for ee, and broader for ee than for ah', async () => {
    const ah = sandbox.speak('espeak-ng', 'en', '[[bA: bA: dA: dA: gA:]]')
    const ee = sandbox.speak('espeak-ng', 'en', '[[bi: bi: di: di: gi:]]')
    const track = await poses(joined(ah, ee))
    const boundary = Math.round((ah.length / SAMPLE_RATE_HZ) * FPS)
    const [ahs, ees] = [track.slice(0, boundary - 1), track.slice(boundary + 1)]
    expect(mean(jawsOf(ahs))).toBeGreaterThan(1.3 * mean(jawsOf(ees)))
    const widest = (part: readonly FacePose[]) => Math.max(...part.map((pose) => pose.wide))
    expect(widest(ees)).toBeGreaterThan(widest(ahs) + 0.3)
  })

  it.each<[voice: string, lips: Float32Array, tongue: Float32Array]>([
    [
      'American (flite)',
      sandbox.speak('flite', 'rms', 'My mom may move a map. Bob may bump a puppy.'),
      sandbox.speak('flite', 'rms', 'Ted did not need a ticket. Dan then ate a donut.'),
    ],
    [
      'German (espeak-ng)',
      sandbox.speak('espeak-ng', 'de', 'Mama mag Papa. Opa mampft, Papa backt.'),
      sandbox.speak('espeak-ng', 'de', 'Tante Anna deckt den Tisch. Dann geht Detta.'),
    ],
    [
      'Italian (espeak-ng)',
      sandbox.speak('espeak-ng', 'it', 'Mamma ama papà. Papà beve bibite e mima.'),
      sandbox.speak('espeak-ng', 'it', 'Nonna ha dato a Tina una dieta di dati.'),
    ],
  ])('pressing the lips for p, b, m more than for t, d, n: %s', async (_, lips, tongue) => {
    const track = await poses(joined(lips, tongue))
    const boundary = Math.round((lips.length / SAMPLE_RATE_HZ) * FPS)
    const pressed = (part: readonly FacePose[]) => mean(part.map((pose) => pose.press))
    expect(pressed(track.slice(0, boundary))).toBeGreaterThan(1.5 * pressed(track.slice(boundary)))
  })

  it('the same every time, and with other blinks for another seed', async () => {
    const first = await poses(english, 7)
    expect(await poses(english, 7)).toEqual(first)
    const other = await poses(english, 8)
    expect(other.map((pose) => pose.blink)).not.toEqual(first.map((pose) => pose.blink))
    expect(jawsOf(other)).toEqual(jawsOf(first))
  })
})

/** The loudness one hears in each frame, as the acceptance test of the whole engine measures it. */
async function envelopeDb(samples: Float32Array, frames: number): Promise<readonly number[]> {
  const { mid } = await extractSpeechFeatures(sandbox.write(samples), never)
  const levels = Array.from(
    { length: frames },
    (_, frame) => 10 * Math.log10(mean([...mid.subarray(4 * frame, 4 * frame + 4)]) + 1e-6),
  )
  const floor = Math.max(...levels) - 35
  return levels.map((level) => Math.max(level, floor))
}

/** Pearson's r of the first curve with the second one, taken `lag` samples later. */
function correlation(first: readonly number[], second: readonly number[], lag: number): number {
  const pairs = first.flatMap((value, i) => {
    const other = second[i + lag]
    return other === undefined ? [] : [[value, other] as const]
  })
  const meanFirst = mean(pairs.map(([a]) => a))
  const meanSecond = mean(pairs.map(([, b]) => b))
  const covariance = mean(pairs.map(([a, b]) => (a - meanFirst) * (b - meanSecond)))
  const deviation = (values: readonly number[], centre: number): number =>
    Math.sqrt(mean(values.map((value) => (value - centre) ** 2)))
  const [firsts, seconds] = [pairs.map(([a]) => a), pairs.map(([, b]) => b)]
  return covariance / (deviation(firsts, meanFirst) * deviation(seconds, meanSecond))
}
