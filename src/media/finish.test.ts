import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { examplePath } from '../../test/support/face-pictures.ts'
import {
  createMediaBench,
  everyToolSet,
  expectRefusal,
  type MediaBench,
  makeSample,
  toolSets,
} from '../../test/support/media-bench.ts'
import { wavFile } from '../../test/support/wav-file.ts'
import type { FinishedVideo, FinishRequest } from '../app/ports/media.ts'
import { runTool } from './run-tool.ts'
import { fileArgument, inputArguments } from './tool-command.ts'

const BT709 = ['-colorspace', 'bt709', '-color_primaries', 'bt709', '-color_trc', 'bt709']
const FPS = 25
const RED = { r: 255, g: 0, b: 0 }

/** An engine's video: `frames` frames of red whose brightness no test checks, or a moving pattern. */
function engineVideo(
  bench: MediaBench,
  frames: number,
  options: {
    readonly source?: string
    readonly args?: readonly string[]
    readonly name?: string
  } = {},
): Promise<string> {
  const { source = 'testsrc=', args = BT709, name = 'engine.mp4' } = options
  const matrix = args.includes('bt709') ? 'bt709' : 'bt601'
  return makeSample(bench, name, [
    ...['-f', 'lavfi', '-i', `${source}size=64x64:rate=${FPS}`, '-frames:v', String(frames)],
    ...['-vf', `format=rgb24,scale=out_color_matrix=${matrix},format=yuv420p`],
    ...['-c:v', 'libx264', '-preset', 'veryfast', ...args],
  ])
}

async function voice(bench: MediaBench, seconds: number, name = 'voice.wav'): Promise<string> {
  const path = bench.files.path(name)
  await writeFile(path, wavFile({ samples: Math.round(seconds * 16_000) }))
  return path
}

function finish(bench: MediaBench, request: Partial<FinishRequest>): Promise<FinishedVideo> {
  return bench.media.finish(
    {
      videoPath: '',
      audioPaths: [],
      seconds: 1,
      frames: 25,
      fps: FPS,
      comment: 'made by a test',
      ...request,
    },
    bench.job,
  )
}

/** The sound of a finished video, left channel, as it is heard. */
async function decodedSound(bench: MediaBench, path: string): Promise<Float32Array> {
  const args = [...inputArguments(path, 'mov'), '-map', '0:a', '-f', 'f32le', 'pipe:1']
  const { stdout } = await runTool(bench.tools.ffmpeg, args, {
    ...{ signal: bench.job.signal, timeoutMs: 20_000, maxOutputBytes: 100_000_000 },
  })
  return Float32Array.from({ length: stdout.length / 8 }, (_, index) =>
    stdout.readFloatLE(index * 8),
  )
}

/** One number for each decoded frame, equal for equal pictures. */
async function frameHashes(bench: MediaBench, path: string): Promise<readonly string[]> {
  const args = ['-i', fileArgument(path), '-map', '0:v', '-f', 'framemd5', 'pipe:1']
  const { stdout } = await runTool(bench.tools.ffmpeg, args, {
    ...{ signal: bench.job.signal, timeoutMs: 20_000 },
  })
  const lines = stdout
    .toString()
    .split('\n')
    .filter((line) => /^\d/.test(line))
  return lines.map((line) => line.split(',').at(-1)?.trim() ?? '')
}

/** The brightness of the middle of every frame, as stored: in levels above black. */
async function lights(bench: MediaBench, path: string): Promise<readonly number[]> {
  const args = [...inputArguments(path, 'mov'), '-map', '0:v', '-vf', 'extractplanes=y']
  const { stdout } = await runTool(bench.tools.ffmpeg, [...args, '-f', 'rawvideo', 'pipe:1'], {
    ...{ signal: bench.job.signal, timeoutMs: 20_000, maxOutputBytes: 100_000_000 },
  })
  const bytes = 64 * 64
  return Array.from(
    { length: stdout.length / bytes },
    (_, index) => stdout[index * bytes + bytes / 2]! - 16,
  )
}

function peak(sound: Float32Array): number {
  return sound.reduce((highest, value) => Math.max(highest, Math.abs(value)), 0)
}

describe.each(await everyToolSet())('$label', ({ tools }) => {
  it('a video of the right length keeps its frames', async () => {
    const bench = await createMediaBench(tools)
    const videoPath = await engineVideo(bench, 25)
    const video = await finish(bench, { videoPath, audioPaths: [await voice(bench, 1)] })
    expect(video).toMatchObject({ width: 64, height: 64, fps: 25, frames: 25, seconds: 1 })
    expect(await frameHashes(bench, video.path)).toEqual(await frameHashes(bench, videoPath))
    const content = await readFile(video.path)
    expect(video.bytes).toBe(content.length)
    expect(video.sha256).toBe(createHash('sha256').update(content).digest('hex'))
    expect(content.indexOf('moov')).toBeLessThan(content.indexOf('mdat'))
    expect(await sharp(video.posterPath).metadata()).toMatchObject({ format: 'jpeg', width: 64 })
  })

  it.each([
    ['without B-frames, copied up to the cut', ['-bf', '0'], true],
    [
      'with a cut inside a group of B-frames, encoded again',
      ['-bf', '3', '-b_strategy', '0'],
      false,
    ],
  ] as const)('a surplus is cut off: %s', async (_name, args, identical) => {
    const bench = await createMediaBench(tools)
    const videoPath = await engineVideo(bench, 32, { args: [...BT709, ...args] })
    const request = { audioPaths: [await voice(bench, 0.95)], seconds: 0.95, frames: 24 }
    const video = await finish(bench, { ...request, videoPath })
    const hashes = await frameHashes(bench, video.path)
    expect(hashes).toHaveLength(24)
    const originals = (await frameHashes(bench, videoPath)).slice(0, 24)
    expect(JSON.stringify(hashes) === JSON.stringify(originals)).toBe(identical)
  })
})

describe.each(await toolSets())('$label', ({ tools }) => {
  it.each([
    [1, 81, 'tagged', BT709],
    [2.03, 81, 'tagged', BT709],
    [2.03, 81, 'without tags', []],
    [3.24, 81, 'all its frames, tagged', BT709],
    [3.28, 81, 'one frame short, tagged', BT709],
  ] as const)(
    '%f s of sound cut by the node that combines frames, out of %i frames, %s',
    async (seconds, made, _name, tags) => {
      const bench = await createMediaBench(tools)
      const numbered = `nullsrc=size=64x64:rate=${FPS},geq=lum=16+2*N:cb=128:cr=128`
      const silent = await makeSample(bench, 'silent.mp4', [
        ...['-f', 'lavfi', '-i', numbered, '-frames:v', String(made)],
        ...['-c:v', 'libx264', '-crf', '19', '-pix_fmt', 'yuv420p', ...tags],
      ])
      const videoPath = await makeSample(bench, 'combined-audio.mp4', [
        ...['-i', `file:${silent}`, '-f', 'lavfi', '-i', `sine=duration=${seconds}`],
        ...['-c:v', 'copy', '-c:a', 'aac', '-shortest'],
      ])
      const frames = Math.ceil(seconds * FPS - 1e-6)
      const audioPaths = [await voice(bench, seconds)]
      const video = await finish(bench, { videoPath, audioPaths, seconds, frames })
      expect(video).toMatchObject({ frames, seconds })
      const seen = await lights(bench, video.path)
      expect(seen).toHaveLength(frames)
      for (const [index, light] of seen.entries()) {
        // The frames of the engine, and the last one repeated where one is missing.
        const expected = 2 * Math.min(index, made - 1)
        expect(Math.abs(light - expected)).toBeLessThan(2)
      }
    },
  )

  it('a video that lacks a few frames repeats its last frame', async () => {
    const bench = await createMediaBench(tools)
    const videoPath = await engineVideo(bench, 22)
    const video = await finish(bench, { videoPath, audioPaths: [await voice(bench, 1)] })
    expect(await frameHashes(bench, video.path)).toHaveLength(25)
  })

  it('rejects a video that is far too short or of another rate, and a file that is no video', async () => {
    const bench = await createMediaBench(tools)
    const audioPaths = [await voice(bench, 4)]
    const request = { audioPaths, seconds: 4, frames: 100 }
    const short = await engineVideo(bench, 60)
    await expectRefusal(bench, finish(bench, { ...request, videoPath: short }), 'output_invalid')
    const slow = await makeSample(bench, 'slow.mp4', ['-f', 'lavfi', '-i', 'testsrc=rate=24:d=4'])
    await expectRefusal(bench, finish(bench, { ...request, videoPath: slow }), 'output_invalid')
    const text = bench.files.path('text.mp4')
    await writeFile(text, '#EXTM3U\nhttp://127.0.0.1/')
    await expectRefusal(bench, finish(bench, { ...request, videoPath: text }), 'output_invalid')
    const sound = await makeSample(bench, 'sound.mp4', ['-f', 'lavfi', '-i', 'sine=d=4'])
    await expectRefusal(bench, finish(bench, { ...request, videoPath: sound }), 'output_invalid')
  })

  it('sound and picture stay in sync for every codec of the voice', async () => {
    const bench = await createMediaBench(tools)
    // A click, and then speech: without speech the mouth would stay shut.
    const click = 'aevalsrc=0.5*between(t\\,1\\,1.01)*sin(2*PI*1000*t):s=44100:d=1.2'
    const inputs = ['-f', 'lavfi', '-i', click, '-i', examplePath('speech.wav')]
    const joined = '[1:a]aresample=44100[v];[0:a][v]concat=n=2:v=0:a=1'
    const videoPath = await engineVideo(bench, 100)
    for (const name of ['click.m4a', 'click.mp3', 'click.webm']) {
      const path = await makeSample(bench, name, [
        ...inputs,
        '-filter_complex',
        joined,
        '-t',
        '3.5',
      ])
      const staged = await bench.media.stageVoice(path, bench.job)
      const frames = Math.ceil(staged.seconds * FPS)
      const video = await finish(bench, {
        videoPath,
        audioPaths: [path],
        seconds: staged.seconds,
        frames,
      })
      const heard = await decodedSound(bench, video.path)
      const pcm = await readFile(staged.pcmPath)
      const lips = Array.from({ length: pcm.length / 2 }, (_, index) => pcm.readInt16LE(index * 2))
      const heardAt = heard.findIndex((value) => Math.abs(value) > 0.1) / 48_000
      const drivenAt = lips.findIndex((value) => Math.abs(value) > 3000) / 16_000
      expect(Math.abs(heardAt - drivenAt), name).toBeLessThan(0.002)
      // AAC ends with a whole packet of 1024 samples.
      expect(Math.abs(heard.length / 48_000 - staged.seconds), name).toBeLessThan(1024 / 48_000)
    }
  })

  it('a voice is as loud as it was, alone and in a mix, and a mix never clips', async () => {
    const bench = await createMediaBench(tools)
    const videoPath = await engineVideo(bench, 25)
    const tone = (name: string, gain: number, frequency: number): Promise<string> =>
      makeSample(bench, name, [
        ...['-f', 'lavfi', '-i', `aevalsrc=${gain}*sin(2*PI*${frequency}*t):s=48000:d=1`],
      ])
    const quiet = await tone('quiet.wav', 0.3, 300)
    const soft = await tone('soft.wav', 0.2, 700)
    const loud = await tone('loud.wav', 0.9, 500)
    const louder = await tone('louder.wav', 0.9, 800)
    const heardPeak = async (...audioPaths: string[]): Promise<number> =>
      peak(await decodedSound(bench, (await finish(bench, { videoPath, audioPaths })).path))
    expect(await heardPeak(quiet)).toBeCloseTo(0.3, 1)
    expect(await heardPeak(quiet, soft)).toBeCloseTo(0.5, 1)
    const mixed = await heardPeak(loud, louder)
    expect(mixed).toBeGreaterThan(0.9)
    expect(mixed).toBeLessThan(1.03)
  })

  it('silence follows a voice that ends early, and the video is as long as the longest voice', async () => {
    const bench = await createMediaBench(tools)
    const videoPath = await engineVideo(bench, 50)
    const audioPaths = [await voice(bench, 1, 'a.wav'), await voice(bench, 0.5, 'b.wav')]
    const video = await finish(bench, { videoPath, audioPaths, seconds: 2, frames: 50 })
    const sound = await decodedSound(bench, video.path)
    expect(peak(sound.subarray(0, 20_000))).toBeGreaterThan(0.4)
    expect(peak(sound.subarray(30_000, 45_000))).toBeCloseTo(0.25, 1)
    expect(peak(sound.subarray(52_000))).toBeLessThan(0.01)
  })

  it.each([
    ['bt709 that says so', BT709],
    ['bt709 of which only the matrix is said', ['-colorspace', 'bt709']],
    ['bt601 that says nothing', []],
  ] as const)('red stays red: %s', async (_name, args) => {
    const bench = await createMediaBench(tools)
    const videoPath = await engineVideo(bench, 25, { source: 'color=color=red:', args: [...args] })
    const { posterPath } = await finish(bench, { videoPath, audioPaths: [await voice(bench, 1)] })
    const { channels } = await sharp(posterPath).stats()
    const mean = channels.map((channel) => channel.mean)
    const distance = [RED.r, RED.g, RED.b].map((value, index) =>
      Math.abs(value - (mean[index] ?? 0)),
    )
    expect(Math.max(...distance)).toBeLessThan(8)
  })

  it.each([
    ['fragmented', ['-movflags', '+frag_keyframe+empty_moov'], 'engine.mp4'],
    ['Matroska', [], 'engine.mkv'],
    ['of other codecs', ['-c:v', 'mpeg4'], 'engine.avi'],
  ] as const)(
    'a video that is %s becomes an MP4 that passes all checks',
    async (_name, args, name) => {
      const bench = await createMediaBench(tools)
      const videoPath = await engineVideo(bench, 25, { args: [...BT709, ...args], name })
      const video = await finish(bench, { videoPath, audioPaths: [await voice(bench, 1)] })
      expect(await frameHashes(bench, video.path)).toHaveLength(25)
    },
  )

  it('the same inputs make the same bytes, with our own tags only', async () => {
    const bench = await createMediaBench(tools)
    const videoPath = await engineVideo(bench, 25, {
      args: [...BT709, '-metadata', 'title=engine'],
    })
    const audio = ['-f', 'lavfi', '-i', 'sine=d=1', '-metadata', 'artist=someone']
    const audioPaths = [await makeSample(bench, 'tagged.mp3', audio)]
    const comment = 'AI-made preview; "quoted" = -i 100 %'
    const first = await finish(bench, { videoPath, audioPaths, comment })
    const second = await finish(bench, { videoPath, audioPaths, comment })
    expect(second.sha256).toBe(first.sha256)
    const content = await readFile(first.path, 'latin1')
    expect(content).toContain(comment)
    for (const foreign of ['title', 'engine', 'someone', 'Lavf', 'Lavc']) {
      expect(content).not.toContain(foreign)
    }
  })

  it('stops when its work is aborted and leaves no files', async () => {
    const abort = new AbortController()
    const bench = await createMediaBench(tools, { signal: abort.signal })
    const audioPaths = [await voice(bench, 20)]
    const args = ['-f', 'lavfi', '-i', 'testsrc=size=64x64:rate=25:d=20']
    const signal = new AbortController().signal
    const maker = { tools, files: bench.files, job: { ...bench.job, signal } }
    const videoPath = await makeSample(maker, 'large.mp4', [...args, '-preset', 'ultrafast'])
    const work = finish(bench, { videoPath, audioPaths, seconds: 20, frames: 500 })
    setTimeout(() => abort.abort(), 100)
    await expectRefusal(bench, work, 'canceled')
  })
})
