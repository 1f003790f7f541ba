import { stat } from 'node:fs/promises'
import type { FitMode } from '@infinitetalk/arithmetic'
import { frame } from '@infinitetalk/arithmetic'
import type { ShortVideoMode } from '@infinitetalk/contract'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { examplePath } from '../../test/support/face-pictures.ts'
import {
  createMediaBench,
  expectRefusal,
  type MediaBench,
  makeSample,
  toolSets,
} from '../../test/support/media-bench.ts'
import { DEFAULT_LIMITS } from '../domain/limits.ts'
import { conformVideo, type VideoToConform } from './conform-video.ts'
import { runTool } from './run-tool.ts'
import { inputArguments } from './tool-command.ts'

const H264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-crf', '4', '-pix_fmt', 'yuv420p']

/** A film whose brightness tells the time: `perSecond` levels a second, from black. */
function clock(seconds: number, rate: number | string, perSecond: number): readonly string[] {
  const light = `geq=lum='16+${perSecond}*T':cb=128:cr=128`
  return ['-f', 'lavfi', '-i', `nullsrc=size=64x48:rate=${rate}:duration=${seconds},${light}`]
}

async function conform(
  bench: MediaBench,
  path: string,
  wanted: Partial<VideoToConform> & { readonly fit?: FitMode } = {},
): Promise<string> {
  const media = { tools: bench.tools, limits: DEFAULT_LIMITS }
  const staged = await bench.media.stageVideo(path, bench.job)
  const size = wanted.size ?? { width: 64, height: 48 }
  const video: VideoToConform = {
    path,
    seconds: staged.seconds,
    framing: frame({ source: staged, target: size, fit: wanted.fit ?? 'crop' }),
    size,
    fps: 25,
    frames: 81,
    whenShort: 'hold',
    maxBytes: 100_000_000,
    ...wanted,
  }
  return conformVideo(video, media, bench.job)
}

async function probe(bench: MediaBench, path: string): Promise<Record<string, unknown>> {
  const { stdout } = await runTool(
    bench.tools.ffprobe,
    [
      ...['-count_frames', '-show_entries'],
      'stream=codec_name,pix_fmt,width,height,r_frame_rate,nb_read_frames,color_space,color_range',
      ...['-of', 'json', ...inputArguments(path, 'mov')],
    ],
    { signal: bench.job.signal, timeoutMs: 30_000 },
  )
  const { streams } = JSON.parse(stdout.toString()) as { streams: Record<string, unknown>[] }
  expect(streams).toHaveLength(1)
  return streams[0]!
}

async function decode(bench: MediaBench, path: string, format: string[]): Promise<Buffer> {
  const { stdout } = await runTool(
    bench.tools.ffmpeg,
    [...inputArguments(path, 'mov'), ...format, '-f', 'rawvideo', 'pipe:1'],
    { signal: bench.job.signal, timeoutMs: 30_000, maxOutputBytes: 64_000_000 },
  )
  return stdout
}

/** The brightness of every frame, as stored: in levels above black. */
async function lights(bench: MediaBench, path: string): Promise<readonly number[]> {
  const luma = await decode(bench, path, ['-vf', 'extractplanes=y'])
  const bytes = 64 * 48
  return Array.from(
    { length: luma.length / bytes },
    (_, index) => luma[index * bytes + bytes / 2]! - 16,
  )
}

describe.each(await toolSets())('$label', ({ tools }) => {
  it.each([
    ['24000/1001', 'film.mp4'],
    ['25', 'film.mkv'],
    ['30', 'film.mp4'],
    ['30000/1001', 'film.mov'],
    ['60', 'film.mkv'],
    ['120', 'film.mp4'],
  ])('keeps real time at %s frames a second (%s)', async (rate, name) => {
    const bench = await createMediaBench(tools)
    const source = await makeSample(bench, name, [...clock(3, rate, 60), ...H264])
    const path = await conform(bench, source, { frames: 65 })
    const seen = await lights(bench, path)
    expect(seen).toHaveLength(65)
    const [numerator = 25, denominator = 1] = rate.split('/').map(Number)
    const halfFrame = (60 * denominator) / numerator / 2
    for (const [index, light] of seen.entries()) {
      expect(Math.abs(light - (60 * index) / 25)).toBeLessThanOrEqual(halfFrame + 2)
    }
  })

  it('keeps real time when frames come unevenly', async () => {
    const bench = await createMediaBench(tools)
    const uneven = ['-vf', 'select=not(mod(n\\,5))+lt(n\\,20)', '-vsync', 'vfr']
    const source = await makeSample(bench, 'film.mkv', [...clock(3, 50, 60), ...uneven, ...H264])
    const seen = await lights(bench, await conform(bench, source, { frames: 65 }))
    expect(seen).toHaveLength(65)
    for (const [index, light] of seen.entries()) {
      expect(Math.abs(light - (60 * index) / 25)).toBeLessThanOrEqual(8)
    }
  })

  it('has the form that engines expect: H.264, yuv420p, bt709, 25 fps, the size, no sound', async () => {
    const bench = await createMediaBench(tools)
    const source = await makeSample(bench, 'film.mp4', [
      ...['-f', 'lavfi', '-i', 'testsrc=size=97x131:rate=30:duration=2'],
      ...['-f', 'lavfi', '-i', 'sine=duration=2', '-c:a', 'aac'],
      ...['-vf', 'format=yuv444p', '-c:v', 'libx264', '-pix_fmt', 'yuv444p'],
    ])
    for (const fit of ['crop', 'pad'] as const) {
      const size = { width: 128, height: 64 }
      const path = await conform(bench, source, { size, fit, frames: 33 })
      expect(await probe(bench, path)).toMatchObject({
        ...{ codec_name: 'h264', pix_fmt: 'yuv420p', width: 128, height: 64 },
        ...{ r_frame_rate: '25/1', nb_read_frames: '33' },
        ...{ color_space: 'bt709', color_range: 'tv' },
      })
    }
  })

  const modes: readonly (readonly [ShortVideoMode, (index: number) => number])[] = [
    ['hold', (index) => Math.min(index, 24)],
    ['loop', (index) => index % 25],
    ['pingpong', (index) => Math.min(index % 48, 48 - (index % 48))],
  ]
  it.each(modes)('a video that is too short: %s', async (whenShort, sourceFrame) => {
    const bench = await createMediaBench(tools)
    const source = await makeSample(bench, 'film.mp4', [...clock(1, 25, 200), ...H264])
    const seen = await lights(bench, await conform(bench, source, { whenShort, frames: 113 }))
    expect(seen).toHaveLength(113)
    for (const [index, light] of seen.entries()) {
      expect(Math.abs(light - 8 * sourceFrame(index))).toBeLessThanOrEqual(3)
    }
  })

  it.each(['hold', 'loop', 'pingpong'] as const)('a video of one frame: %s', async (whenShort) => {
    const bench = await createMediaBench(tools)
    const one = ['-frames:v', '1', ...H264]
    const source = await makeSample(bench, 'film.mp4', [...clock(1, 25, 0), ...one])
    const seen = await lights(bench, await conform(bench, source, { whenShort, frames: 33 }))
    expect(seen).toHaveLength(33)
  })

  it.each([
    ['bt709', ['-colorspace', 'bt709']],
    ['bt601', ['-colorspace', 'smpte170m']],
    ['bt601', []],
  ])('colours stay what they were: %s %j', async (matrix, tags) => {
    const bench = await createMediaBench(tools)
    const size = { width: 320, height: 320 }
    const source = await makeSample(bench, 'film.mp4', [
      ...['-loop', '1', '-framerate', '25', '-i', `file:${examplePath('portrait.png')}`],
      ...['-vf', `scale=320:320,format=gbrp,scale=out_color_matrix=${matrix},format=yuv420p`],
      ...['-frames:v', '5', ...H264, ...tags],
    ])
    const path = await conform(bench, source, { size, frames: 5 })
    const asRgb = ['-vf', 'scale=in_color_matrix=bt709,format=rgb24', '-frames:v', '1']
    const made = await decode(bench, path, asRgb)
    const original = await sharp(examplePath('portrait.png'))
      .resize(320)
      .removeAlpha()
      .raw()
      .toBuffer()
    expect(psnr(made, original)).toBeGreaterThan(33)
  })

  it.each(['arib-std-b67', 'smpte2084'])(
    'faces of an HDR film keep their colour: %s',
    async (transfer) => {
      const bench = await createMediaBench(tools)
      const size = { width: 320, height: 320 }
      // White at 203 cd/m2, as phones record it.
      const toHdr = [
        'scale=320:320:out_color_matrix=bt709,format=yuv444p',
        'zscale=tin=bt709:min=bt709:pin=bt709:rin=tv:t=linear:npl=203:m=gbr:p=bt709,format=gbrpf32le',
        `zscale=tin=linear:min=gbr:pin=bt709:p=bt2020:t=${transfer}:m=bt2020nc:r=tv:npl=203`,
        'format=yuv420p10le',
      ]
      const source = await makeSample(bench, 'phone.mkv', [
        ...['-loop', '1', '-framerate', '25', '-i', `file:${examplePath('portrait.png')}`],
        ...['-vf', toHdr.join(','), '-frames:v', '3', '-c:v', 'ffv1', '-color_trc', transfer],
        ...['-colorspace', 'bt2020nc', '-color_primaries', 'bt2020', '-color_range', 'tv'],
      ])
      const asRgb = ['-vf', 'scale=in_color_matrix=bt709,format=rgb24', '-frames:v', '1']
      const made = await decode(bench, await conform(bench, source, { size, frames: 5 }), asRgb)
      const portrait = sharp(examplePath('portrait.png')).resize(320).removeAlpha()
      expect(psnr(made, await portrait.raw().toBuffer())).toBeGreaterThan(30)
    },
  )

  it('a picture in full range is not washed out', async () => {
    const bench = await createMediaBench(tools)
    const source = await makeSample(bench, 'film.avi', [
      ...['-f', 'lavfi', '-i', 'color=c=white:size=64x48:rate=25:duration=0.2'],
      ...['-c:v', 'mjpeg', '-pix_fmt', 'yuvj420p', '-q:v', '1'],
    ])
    const [light] = await lights(bench, await conform(bench, source, { frames: 5 }))
    expect(Math.abs(light! - 219)).toBeLessThanOrEqual(2)
  })

  it('never exceeds the upload limit', async () => {
    const bench = await createMediaBench(tools)
    const noise = 'nullsrc=size=160x120:rate=25:duration=2,geq=random(1)*255:128:128'
    const source = await makeSample(bench, 'noise.mp4', ['-f', 'lavfi', '-i', noise, ...H264])
    const size = { width: 160, height: 120 }
    const path = await conform(bench, source, { size, frames: 49, maxBytes: 50_000 })
    expect((await stat(path)).size).toBeLessThan(50_000)
  })

  it('a truncated video leaves no files', async () => {
    const bench = await createMediaBench(tools)
    const source = bench.files.path('gone.mp4')
    const media = { tools: bench.tools, limits: DEFAULT_LIMITS }
    const size = { width: 64, height: 48 }
    const whole = { x: 0, y: 0, ...size }
    const work = conformVideo(
      {
        ...{ path: source, seconds: 1, framing: { crop: whole, placed: whole }, size, fps: 25 },
        ...{ frames: 10, whenShort: 'hold', maxBytes: 1e8 },
      },
      media,
      bench.job,
    )
    await expectRefusal(bench, work, 'path_not_found')
  })
})

function psnr(a: Uint8Array, b: Uint8Array): number {
  expect(a).toHaveLength(b.length)
  const error = a.reduce((sum, value, index) => sum + (value - b[index]!) ** 2, 0) / a.length
  return 10 * Math.log10(255 ** 2 / error)
}
