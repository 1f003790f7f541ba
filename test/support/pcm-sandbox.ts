// Sounds for tests of the voice tracker: synthetic or spoken on the spot, written as the headerless samples that it reads, in a
// folder that is removed afterwards.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { seededRandom } from '../../src/engines/preview/speech/seeded-random.ts'
import { SAMPLE_RATE_HZ } from '../../src/media/pcm-reader.ts'
import { FFMPEG } from './shipped-tools.ts'

export interface PcmSandbox {
  /** Writes samples in -1 .. 1, clipped like a recorder clips, and returns the path. */
  write(samples: Float32Array): string
  /** The samples of a WAV file that a program speaks. */
  speak(program: 'flite' | 'espeak-ng', voice: string, text: string): Float32Array
  readonly folder: string
  remove(): void
}

export function createPcmSandbox(): PcmSandbox {
  const folder = mkdtempSync(join(tmpdir(), 'speech-test-'))
  let files = 0
  const nextPath = (extension: string): string => join(folder, `${files++}.${extension}`)
  return {
    folder,
    write: (samples) => {
      const path = nextPath('pcm')
      const clipped = Int16Array.from(samples, (sample) =>
        Math.round(32_767 * Math.max(-1, Math.min(1, sample))),
      )
      writeFileSync(path, clipped)
      return path
    },
    speak: (program, voice, text) => {
      const wav = nextPath('wav')
      const pcm = nextPath('pcm')
      const arguments_ = {
        flite: ['-voice', voice, '-t', text, '-o', wav],
        'espeak-ng': ['-v', voice, '-w', wav, text],
      }[program]
      execFileSync(program, arguments_, { stdio: 'ignore' })
      execFileSync(
        FFMPEG,
        ['-nostdin', '-i', wav, '-ac', '1', '-ar', String(SAMPLE_RATE_HZ), '-f', 's16le', pcm],
        { stdio: 'ignore' },
      )
      const bytes = readFileSync(pcm)
      const samples = new Int16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2)
      return Float32Array.from(samples, (sample) => sample / 32_768)
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** Seconds of samples, each computed by `at`. */
export function sound(seconds: number, at: (sample: number) => number): Float32Array {
  return Float32Array.from({ length: Math.round(seconds * SAMPLE_RATE_HZ) }, (_, i) => at(i))
}

export const silence = (seconds: number): Float32Array => sound(seconds, () => 0)

/** A tone and its overtones, each half as strong as the previous one. */
export function hum(seconds: number, hertz: number, levelDb: number, overtones = 0): Float32Array {
  return sound(seconds, (i) => {
    let sum = 0
    for (let n = 0; n <= overtones; n++) {
      sum += 0.5 ** n * Math.sin((2 * Math.PI * hertz * (n + 1) * i) / SAMPLE_RATE_HZ)
    }
    return gain(levelDb) * sum
  })
}

/** Noise with this RMS level: white, or with `redness` towards 1 more and more of it in the bass. */
export function noise(seconds: number, levelDb: number, redness = 0): Float32Array {
  const random = seededRandom(3)
  const uniformToUnitRms = Math.sqrt(12) * Math.sqrt(1 - redness ** 2)
  let state = 0
  return sound(seconds, () => {
    state = redness * state + (random() - 0.5)
    return gain(levelDb) * uniformToUnitRms * state
  })
}

/** Full-scale pops of one millisecond, about two a second. */
export function clicks(seconds: number): Float32Array {
  return sound(seconds, (i) => (i % 7919 < 16 ? (i % 2 === 0 ? 0.9 : -0.9) : 0))
}

export function joined(...sounds: readonly Float32Array[]): Float32Array {
  const result = new Float32Array(sounds.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of sounds) {
    result.set(part, at)
    at += part.length
  }
  return result
}

/** The sum of two sounds; the result is as long as the first. */
export function mixed(first: Float32Array, second: Float32Array): Float32Array {
  return first.map((sample, i) => sample + (second[i] ?? 0))
}

/** The same sound with its largest sample at a level. */
export function withPeak(samples: Float32Array, levelDb: number): Float32Array {
  const peak = samples.reduce((largest, sample) => Math.max(largest, Math.abs(sample)), 0)
  return samples.map((sample) => (sample / peak) * gain(levelDb))
}

const gain = (levelDb: number): number => 10 ** (levelDb / 20)
