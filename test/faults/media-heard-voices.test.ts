// Issue 14, 19: voices that the lips would not hear. Channels of opposite polarity cancel each other in a mix; silence, noise
// and tones hold no speech.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { StagedVoice } from '../../src/domain/plan.ts'
import { hearsSpeech } from '../../src/media/hear-speech.ts'
import { createMediaBench, makeSample, type ToolSet, toolSets } from '../support/media-bench.ts'
import { createPcmSandbox } from '../support/pcm-sandbox.ts'
import { describeWith } from '../support/requires.ts'
import { ROOT } from '../support/run-infinitetalk.ts'

const example = (name: string): readonly string[] => ['-i', `file:${join(ROOT, 'examples', name)}`]
const SPEECH = example('speech.wav')
const source = (filter: string): readonly string[] => ['-f', 'lavfi', '-i', filter]
const [{ tools }] = (await toolSets()) as [ToolSet]

interface Heard extends StagedVoice {
  /** Level of the samples that drive the lips, in decibels of full scale. */
  readonly level: number
}

/** Stages what ffmpeg makes of these arguments. */
async function hear(args: readonly string[], name = 'voice.wav'): Promise<Heard> {
  const bench = await createMediaBench(tools)
  const path = await makeSample(bench, name, args)
  const voice = await bench.media.stageVoice(path, bench.job)
  expect(bench.leftovers()).toHaveLength(1)
  const { buffer, byteOffset, length } = await readFile(voice.pcmPath)
  const samples = new Int16Array(buffer.slice(byteOffset, byteOffset + length))
  const power = samples.reduce((sum, sample) => sum + (sample / 32_768) ** 2, 0) / samples.length
  return { ...voice, level: 10 * Math.log10(power) }
}

describe('a voice in stereo', () => {
  const stereo = (left: string, right: string): readonly string[] => [
    ...[...SPEECH, '-af', `pan=stereo|c0=${left}|c1=${right}`],
  ]

  it.each([
    ['c0', '-1*c0', 0],
    ['0.5*c0', '-0.9*c0', 1],
    ['c0', '-0.6*c0', 0],
  ])(
    '14.19: of opposite polarity is heard from its better channel: %s, %s',
    async (left, right, channel) => {
      const [mono, opposite] = [await hear(SPEECH), await hear(stereo(left, right))]
      expect(opposite).toMatchObject({ channel, hasSpeech: true, seconds: mono.seconds })
      expect(Math.abs(opposite.level - mono.level)).toBeLessThan(1.5)
    },
  )

  it('14.19: of opposite polarity is heard through the hum that both channels share', async () => {
    const hum = source('sine=frequency=50:sample_rate=16000:duration=8')
    const mix =
      '[0]pan=stereo|c0=c0|c1=-1*c0[v];[1]pan=stereo|c0=c0|c1=c0[h];[v][h]amix=2:duration=first'
    expect(await hear([...SPEECH, ...hum, '-filter_complex', mix])).toMatchObject({ channel: 0 })
  })

  it.each([
    ['c0', 'c0'],
    ['c0', '0*c0'],
    ['0*c0', 'c0'],
    ['c0', '0.3*c0'],
  ])('14.19: that does not cancel stays a mix: %s, %s', async (left, right) => {
    expect(await hear(stereo(left, right))).toMatchObject({ channel: null, hasSpeech: true })
  })

  it('14.19: of two speakers, one on each side, stays a mix', async () => {
    const second = example('speech-second-speaker.wav')
    const both = ['-filter_complex', '[0][1]join=inputs=2:channel_layout=stereo']
    expect(await hear([...SPEECH, ...second, ...both])).toMatchObject({ channel: null })
  })
})

describe('a voice without speech', () => {
  const beeps = 'sin(697*2*PI*t)+sin(1209*2*PI*t)'
  it.each([
    ['silence', 'aevalsrc=0:s=16000:d=2'],
    ['the noise of a muted microphone', 'anoisesrc=a=0.0005:r=16000:d=3:seed=1'],
    ['loud noise', 'anoisesrc=a=0.5:c=pink:r=16000:d=3:seed=1'],
    [
      'the noise of a microphone that fades in',
      'anoisesrc=a=0.0005:r=16000:d=6:seed=1,afade=t=in:d=3',
    ],
    ['a low tone', 'sine=frequency=50:sample_rate=16000:duration=2'],
    ['a tone', 'sine=frequency=440:sample_rate=44100:duration=2'],
    ['tones that come and go', `aevalsrc=0.3*(${beeps})*lt(mod(t\\,0.5)\\,0.25):s=16000:d=3`],
    ['a rising tone', 'aevalsrc=0.4*sin(2*PI*(300*t+150*t*t)):s=16000:d=3'],
  ])('14.19: is known as such and opens no mouth: %s', async (_kind, filter) => {
    const { hasSpeech, level } = await hear(source(filter))
    expect(hasSpeech).toBe(false)
    expect(level).toBe(Number.NEGATIVE_INFINITY)
  })
})

describe('a voice with speech', () => {
  const noise = (amplitude: number) => source(`anoisesrc=a=${amplitude}:r=16000:d=8:seed=1`)
  it.each([
    ['speech.wav', SPEECH],
    ['speech-second-speaker.wav', example('speech-second-speaker.wav')],
    ['40 dB quieter', [...SPEECH, '-af', 'volume=-40dB']],
    ['55 dB quieter', [...SPEECH, '-af', 'volume=-55dB']],
    ['over the telephone', [...SPEECH, '-af', 'highpass=f=300,lowpass=f=3400', '-ar', '8000']],
    ['through a wall', [...SPEECH, '-af', 'lowpass=f=1200']],
    ['in noise', [...SPEECH, ...noise(0.03), '-filter_complex', 'amix=2:duration=first']],
    ['in noise as strong', [...SPEECH, ...noise(0.1), '-filter_complex', 'amix=2:duration=first']],
    ['after 20 s of silence', [...SPEECH, '-af', 'adelay=20000']],
    ['one word', [...SPEECH, '-t', '0.3', '-ss', '0.5']],
  ])('14.19: is heard: %s', async (_kind, args) => {
    expect(await hear(args)).toMatchObject({ hasSpeech: true, channel: null })
  })
})

describeWith(['espeak-ng', 'flite'], 'apt-get install espeak-ng flite', 'a synthetic voice', () => {
  it('14.19: is heard: other languages, whispers and the buzz of old machines too', async () => {
    const sandbox = createPcmSandbox()
    try {
      const text = 'Hello, my name is Anna.'
      const spoken = [
        ...['en', 'de', 'fr', 'ru', 'ja', 'en+whisper', 'en+croak', 'en+klatt'].map(
          (voice) => ['espeak-ng', voice] as const,
        ),
        ...['kal', 'awb', 'rms', 'slt'].map((voice) => ['flite', voice] as const),
      ]
      for (const [program, voice] of spoken) {
        const pcm = sandbox.write(sandbox.speak(program, voice, text))
        expect(await hearsSpeech(pcm, new AbortController().signal), voice).toBe(true)
      }
    } finally {
      sandbox.remove()
    }
  })
})
