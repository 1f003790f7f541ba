import { stat, writeFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import {
  createMediaBench,
  expectRefusal,
  type MediaBench,
  makeSample,
  toolSets,
} from '../../test/support/media-bench.ts'
import { wavFile } from '../../test/support/wav-file.ts'
import { DEFAULT_LIMITS } from '../domain/limits.ts'
import { conformVoice } from './conform-voice.ts'
import { runTool } from './run-tool.ts'
import { inputArguments } from './tool-command.ts'

const RATE = 44_100

function conform(
  bench: MediaBench,
  path: string,
  {
    seconds = 600,
    maxBytes = 100_000_000,
    channel = null,
  }: { seconds?: number; maxBytes?: number; channel?: 0 | 1 | null } = {},
): Promise<string> {
  const media = { tools: bench.tools, limits: DEFAULT_LIMITS }
  return conformVoice({ path, channel, seconds, sampleRate: RATE, maxBytes }, media, bench.job)
}

/** Both channels, interleaved, -1 to 1. */
async function samplesOf(bench: MediaBench, path: string): Promise<Float32Array> {
  const { stdout } = await runTool(
    bench.tools.ffmpeg,
    [...inputArguments(path, 'flac'), '-f', 'f32le', 'pipe:1'],
    { signal: bench.job.signal, timeoutMs: 30_000, maxOutputBytes: 64_000_000 },
  )
  return new Float32Array(stdout.buffer.slice(stdout.byteOffset, stdout.byteOffset + stdout.length))
}

/** Silence with one click in it. */
const click = (seconds: number, rate = 48_000, channels = 'mono'): readonly string[] => [
  ...['-f', 'lavfi', '-i'],
  `aevalsrc=exprs='0.5*between(t,${seconds},${seconds}+0.002)':s=${rate}:d=2:c=${channels}`,
]

describe.each(await toolSets())('$label', ({ tools }) => {
  it.each([
    ['voice.wav', 48_000, []],
    ['voice.wav', 8000, []],
    ['voice.mp3', 44_100, ['-c:a', 'libmp3lame']],
    ['voice.m4a', 48_000, ['-c:a', 'aac']],
    ['voice.mka', 48_000, ['-c:a', 'flac']],
  ] as const)(
    'starts with the first sample and is FLAC at 44.1 kHz in stereo: %s at %i Hz',
    async (name, rate, codec) => {
      const bench = await createMediaBench(tools)
      const path = await conform(
        bench,
        await makeSample(bench, name, [...click(0.5, rate), ...codec]),
      )
      const samples = await samplesOf(bench, path)
      const loudest = samples.reduce(
        (at, value, index) => (Math.abs(value) > Math.abs(samples[at]!) ? index : at),
        0,
      )
      expect(Math.abs(loudest / 2 / RATE - 0.501)).toBeLessThan(0.002)
      const left = samples.filter((_, index) => index % 2 === 0)
      const right = samples.filter((_, index) => index % 2 === 1)
      expect(left).toEqual(right)
    },
  )

  it('is as long as the voice, and never longer than the video', async () => {
    const bench = await createMediaBench(tools)
    const source = bench.files.path('voice.wav')
    await writeFile(source, wavFile({ samples: 16_000 }))
    expect(await samplesOf(bench, await conform(bench, source))).toHaveLength(2 * RATE)
    const cut = await conform(bench, source, { seconds: 0.36 })
    expect(await samplesOf(bench, cut)).toHaveLength(2 * 15_876)
  })

  it('is as loud as it was: one channel, two or six', async () => {
    const bench = await createMediaBench(tools)
    for (const channels of ['mono', 'stereo']) {
      const exprs = channels === 'mono' ? '0.5' : '0.5|0.25'
      const source = await makeSample(bench, `${channels}.wav`, [
        ...['-f', 'lavfi', '-i', `aevalsrc=exprs='${exprs}':s=44100:d=0.5:c=${channels}`],
      ])
      const samples = await samplesOf(bench, await conform(bench, source))
      expect(samples[1000]).toBeCloseTo(0.5, 3)
      expect(samples[1001]).toBeCloseTo(channels === 'mono' ? 0.5 : 0.25, 3)
    }
    const surround = await makeSample(bench, 'surround.wav', [
      ...['-f', 'lavfi', '-i', "aevalsrc=exprs='0|0|0.5|0|0|0':s=44100:d=0.5:c=5.1"],
    ])
    const samples = await samplesOf(bench, await conform(bench, surround))
    expect(samples[1000]).toBeGreaterThan(0.1)
  })

  it('has the same sound on both sides, which halves the space, when it would be too large', async () => {
    const bench = await createMediaBench(tools)
    const side = (seed: number) => `anoisesrc=seed=${seed}:amplitude=1:duration=3:sample_rate=44100`
    const noise = ['-f', 'lavfi', '-i', `${side(1)}[a];${side(2)}[b];[a][b]amerge`]
    const source = await makeSample(bench, 'noise.wav', noise)
    const large = await stat(await conform(bench, source))
    const path = await conform(bench, source, { maxBytes: large.size - 1 })
    expect((await stat(path)).size).toBeLessThan(0.52 * large.size)
    const samples = await samplesOf(bench, path)
    expect(samples).toHaveLength(2 * 3 * RATE)
    expect(samples[2000]).toBe(samples[2001])
    expect(samples[2000]).not.toBe(0)
  })

  it('14.19: has the chosen channel on both sides, where a mix of both would be silence', async () => {
    const bench = await createMediaBench(tools)
    const source = await makeSample(bench, 'opposite.wav', [
      ...['-f', 'lavfi', '-i', "aevalsrc=exprs='0.5|-0.4':s=44100:d=0.5:c=stereo"],
    ])
    for (const [channel, value] of [
      [0, 0.5],
      [1, -0.4],
    ] as const) {
      const samples = await samplesOf(bench, await conform(bench, source, { channel }))
      expect(samples[1000]).toBeCloseTo(value, 3)
      expect(samples[1001]).toBeCloseTo(value, 3)
    }
  })

  it('rejects a file without sound', async () => {
    const bench = await createMediaBench(tools)
    const film = ['-f', 'lavfi', '-i', 'testsrc=size=64x64:duration=1']
    const silent = await makeSample(bench, 'silent.mp4', film)
    await expectRefusal(bench, conform(bench, silent), 'audio_missing')
  })
})
