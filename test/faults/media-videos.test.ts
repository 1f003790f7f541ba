// Faults 62 to 82 for videos: cut, empty, lying about themselves, something else, or made to do harm. Each runs with every
// ffmpeg there is: the one npm brings is of 2018 and reads broken files in its own way.
import { readFile, writeFile } from 'node:fs/promises'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { StagedVideo } from '../../src/domain/plan.ts'
import { type HitCounter, startHttpServer } from '../support/hit-counter.ts'
import {
  createMediaBench,
  expectRefusal,
  type MediaBench,
  makeSample,
  toolSets,
} from '../support/media-bench.ts'
import { blackPng } from '../support/png-file.ts'

const film = (seconds: number, { rate = 25, size = '64x48' } = {}): readonly string[] => [
  ...['-f', 'lavfi', '-i', `testsrc=size=${size}:rate=${rate}:duration=${seconds}`],
]
const H264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p']
const TONE = ['-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=48000:duration=3']

async function stage(bench: MediaBench, name: string, content: Uint8Array): Promise<StagedVideo> {
  const path = bench.files.path(name)
  await writeFile(path, content)
  return bench.media.stageVideo(path, bench.job)
}

async function stageSample(
  bench: MediaBench,
  name: string,
  args: readonly string[],
): Promise<StagedVideo> {
  return bench.media.stageVideo(await makeSample(bench, name, args), bench.job)
}

/** Mean of a part of the picture, as fractions of it. */
async function colorAt(path: string, x: number, y: number): Promise<readonly number[]> {
  const { width, height } = await sharp(path).metadata()
  const part = { left: Math.round(x * width) - 2, top: Math.round(y * height) - 2 }
  const { channels } = await sharp(
    await sharp(path)
      .extract({ ...part, width: 4, height: 4 })
      .png()
      .toBuffer(),
  ).stats()
  return channels.map(({ mean }) => Math.round(mean))
}

let canary: HitCounter

beforeAll(async () => {
  canary = await startHttpServer((_request, response) => response.end('secret'))
})
afterAll(() => canary.close())

describe.each(await toolSets())('$label', ({ tools }) => {
  describe('what can be dubbed', () => {
    it.each([
      ['film.mp4', H264],
      ['film.mov', [...H264, '-movflags', '+faststart']],
      ['fragmented.mp4', [...H264, '-movflags', '+frag_keyframe+empty_moov']],
      ['film.mkv', H264],
      ['film.webm', ['-c:v', 'libvpx', '-b:v', '200k']],
      ['film.avi', ['-c:v', 'mpeg4']],
      ['prores.mov', ['-c:v', 'prores']],
    ] as const)(
      '%s is staged with its size, its length and its first frame',
      async (name, codec) => {
        const bench = await createMediaBench(tools)
        const video = await stageSample(bench, name, [...film(2), ...codec])
        expect(video).toMatchObject({ width: 64, height: 48, seconds: expect.closeTo(2, 2) })
        expect(video.firstFrame).toMatchObject({ width: 64, height: 48 })
        expect(await sharp(video.firstFrame.path).metadata()).toMatchObject({
          format: 'png',
          channels: 3,
          depth: 'uchar',
        })
      },
    )

    it.each([24000 / 1001, 30, 60, 120])('%f frames a second are fine', async (rate) => {
      const bench = await createMediaBench(tools)
      const video = await stageSample(bench, 'film.mp4', [...film(1.5, { rate }), ...H264])
      expect(video.seconds).toBeCloseTo(1.5, 1)
    })

    it('frames of uneven length count for as long as they are shown', async () => {
      const bench = await createMediaBench(tools)
      const uneven = ['-vf', 'select=not(mod(n\\,7))+lt(n\\,10)', '-vsync', 'vfr']
      const video = await stageSample(bench, 'film.mkv', [...film(4), ...uneven, ...H264])
      expect(video.seconds).toBeGreaterThan(3.8)
      expect(video.seconds).toBeLessThan(4.2)
    })

    it('a stream from a browser, which states no length, is counted', async () => {
      const bench = await createMediaBench(tools)
      const live = ['-c:v', 'libvpx', '-b:v', '200k', '-f', 'webm', '-live', '1']
      const video = await stageSample(bench, 'live.webm', [...film(3), ...live])
      expect(video.seconds).toBeCloseTo(3, 1)
    })

    it('a video that a phone turned is upright', async () => {
      const bench = await createMediaBench(tools)
      const sample = await makeSample(bench, 'plain.mp4', [
        ...['-f', 'lavfi', '-i', 'color=c=red:size=64x48:rate=25:duration=1'],
        ...['-vf', 'drawbox=x=0:y=0:w=32:h=24:color=blue:t=fill', ...H264],
      ])
      const whole = await readFile(sample)
      const video = await stage(bench, 'turned.mp4', turnClockwise(whole))
      expect(video).toMatchObject({ width: 48, height: 64 })
      expect(video.firstFrame).toMatchObject({ width: 48, height: 64 })
      // A clockwise turn moves the top left corner to the top right.
      expect((await colorAt(video.firstFrame.path, 0.75, 0.25))[2]).toBeGreaterThan(200)
      expect((await colorAt(video.firstFrame.path, 0.25, 0.25))[0]).toBeGreaterThan(200)
    })

    it('pixels that are not square become square', async () => {
      const bench = await createMediaBench(tools)
      const wide = ['-vf', 'setsar=4/3', ...H264]
      const video = await stageSample(bench, 'wide.mp4', [...film(1, { size: '72x60' }), ...wide])
      expect(video).toMatchObject({ width: 96, height: 60 })
    })

    it.each([
      ['bt601', 'smpte170m', '64x48'],
      ['bt709', 'bt709', '64x48'],
      ['bt709', null, '1280x720'],
      ['bt601', null, '64x48'],
    ] as const)('colours are right: %s, tagged %s, %s', async (matrix, tag, size) => {
      const bench = await createMediaBench(tools)
      const tags = tag === null ? [] : ['-colorspace', tag]
      const video = await stageSample(bench, 'orange.mp4', [
        ...['-f', 'lavfi', '-i', `color=c=0xE07020:size=${size}:rate=25:duration=0.2`],
        ...['-vf', `format=gbrp,scale=out_color_matrix=${matrix},format=yuv420p`, ...H264, ...tags],
      ])
      const [red, green, blue] = await colorAt(video.firstFrame.path, 0.5, 0.5)
      expect(Math.abs(red! - 0xe0)).toBeLessThanOrEqual(4)
      expect(Math.abs(green! - 0x70)).toBeLessThanOrEqual(4)
      expect(Math.abs(blue! - 0x20)).toBeLessThanOrEqual(4)
    })

    it('a video of a single frame lasts as long as that frame', async () => {
      const bench = await createMediaBench(tools)
      const video = await stageSample(bench, 'one.mp4', [...film(1), ...H264, '-frames:v', '1'])
      expect(video.seconds).toBeCloseTo(0.04, 2)
    })

    it('a video with sound is taken for its video track', async () => {
      const bench = await createMediaBench(tools)
      const video = await stageSample(bench, 'sound.mp4', [...TONE, ...film(1), ...H264])
      expect(video.seconds).toBeCloseTo(1, 1)
    })
  })

  describe('what is refused', () => {
    it('fault 66: an empty file', async () => {
      const bench = await createMediaBench(tools)
      await expectRefusal(bench, stage(bench, 'film.mp4', Buffer.alloc(0)), 'input_empty')
    })

    it.each([
      ['an HLS playlist', '#EXTM3U\n#EXTINF:10,\nhttp://127.0.0.1:PORT/secret.ts\n'],
      ['an ffmpeg concat list', 'ffconcat version 1.0\nfile /etc/passwd\n'],
      ['an SVG drawing', '<svg xmlns="http://www.w3.org/2000/svg"/>'],
      ['an HTML page', '<!doctype html><video src="http://127.0.0.1:PORT/"></video>'],
    ])('fault 78: %s that is named .mp4, and nothing it names is opened', async (what, text) => {
      const bench = await createMediaBench(tools)
      const content = Buffer.from(text.replace('PORT', String(canary.port)))
      const error = await expectRefusal(
        bench,
        stage(bench, 'film.mp4', content),
        'video_unsupported',
      )
      expect(error.detail).toBe(`film.mp4 is ${what}, not a video that can be read.`)
      expect(canary.connections).toBe(0)
    })

    it('fault 69: a playlist inside of an AVI is not followed', async () => {
      const bench = await createMediaBench(tools)
      const whole = await readFile(await makeSample(bench, 'a.avi', [...film(1), '-c:v', 'mpeg4']))
      const playlist = Buffer.from(
        `#EXTM3U\n#EXTINF:10,\nhttp://127.0.0.1:${canary.port}/secret.ts\n`,
      )
      await stage(bench, 'polyglot.avi', Buffer.concat([whole, playlist])).catch(() => {})
      expect(canary.connections).toBe(0)
    })

    it('fault 69: what is glued to the end of a film stays behind', async () => {
      const bench = await createMediaBench(tools)
      const whole = await readFile(await makeSample(bench, 'a.mp4', [...film(1), ...H264]))
      const page = Buffer.from('<html><script>alert(1)</script></html>')
      const video = await stage(bench, 'polyglot.mp4', Buffer.concat([whole, page]))
      expect(video.seconds).toBeCloseTo(1, 1)
      expect((await readFile(video.firstFrame.path)).includes('script')).toBe(false)
    })

    it('fault 68: a picture that is named .mp4', async () => {
      const bench = await createMediaBench(tools)
      const refused = stage(bench, 'film.mp4', blackPng(64, 64))
      const error = await expectRefusal(bench, refused, 'video_unsupported')
      expect(error.detail).toContain('a PNG picture')
    })

    it.each([
      ['film.mp4', H264],
      ['film.mp4', [...H264, '-movflags', '+faststart']],
      ['film.mkv', H264],
      ['film.avi', ['-c:v', 'mpeg4']],
    ] as const)('fault 72: half a film: %s %j', async (name, codec) => {
      const bench = await createMediaBench(tools)
      const whole = await readFile(await makeSample(bench, `whole-${name}`, [...film(3), ...codec]))
      const half = whole.subarray(0, whole.length / 2)
      const error = await expectRefusal(bench, stage(bench, name, half), 'video_unreadable')
      expect(error.detail).toContain('is cut')
    })

    it.each([100, 1000])('fault 72: the first %i bytes of a film', async (bytes) => {
      const bench = await createMediaBench(tools)
      const whole = await readFile(await makeSample(bench, 'whole.mp4', [...film(3), ...H264]))
      const start = stage(bench, 'start.mp4', whole.subarray(0, bytes))
      await expectRefusal(bench, start, 'video_unreadable')
    })

    it('fault 81: a film of full length whose frames never arrived', async () => {
      const bench = await createMediaBench(tools)
      const fast = ['-g', '10', '-movflags', '+faststart']
      const whole = await readFile(
        await makeSample(bench, 'whole.mp4', [...film(4), ...H264, ...fast]),
      )
      const data = whole.indexOf('mdat') + 4
      const hollow = Buffer.from(whole).fill(0, data + Math.floor((whole.length - data) / 5))
      const error = await expectRefusal(
        bench,
        stage(bench, 'hollow.mp4', hollow),
        'video_unreadable',
      )
      expect(error.detail).toContain('no picture')
    })

    it('fault 81: a film that is nothing but its index', async () => {
      const bench = await createMediaBench(tools)
      const fast = [...H264, '-movflags', '+faststart']
      const whole = await readFile(await makeSample(bench, 'whole.mp4', [...film(2), ...fast]))
      const hollow = Buffer.from(whole).fill(0, whole.indexOf('mdat') + 4)
      await expectRefusal(bench, stage(bench, 'hollow.mp4', hollow), 'video_unreadable')
    })

    it('fault 77: a file with sound only', async () => {
      const bench = await createMediaBench(tools)
      const sound = stageSample(bench, 'sound.mp4', [...TONE, '-c:a', 'aac'])
      const error = await expectRefusal(bench, sound, 'video_unsupported')
      expect(error.detail).toBe('sound.mp4 has no video track.')
    })

    it('a song whose only picture is its cover', async () => {
      const bench = await createMediaBench(tools)
      const cover = bench.files.path('cover.png')
      await writeFile(cover, blackPng(64, 64))
      const song = await makeSample(bench, 'song.m4a', [
        ...[...TONE, '-i', `file:${cover}`, '-map', '0', '-map', '1', '-c:a', 'aac'],
        ...['-c:v', 'copy', '-disposition:v', 'attached_pic', '-f', 'mp4'],
      ])
      const staged = bench.media.stageVideo(song, bench.job)
      await expectRefusal(bench, staged, 'video_unsupported')
    })

    it('more bytes, more pixels and more seconds than the limits allow', async () => {
      const limits = { videoMaxPixels: 64 * 48 - 1 }
      const small = await createMediaBench(tools, { limits })
      const sample = await makeSample(small, 'film.mp4', [...film(3), ...H264])
      const large = await expectRefusal(
        small,
        small.media.stageVideo(sample, small.job),
        'video_too_large',
      )
      expect(large.detail).toBe('film.mp4 has 64 x 48 pixels; at most 3071 in all are allowed.')
      const short = await createMediaBench(tools, { limits: { videoMaxSeconds: 2 } })
      const long = await expectRefusal(
        short,
        short.media.stageVideo(sample, short.job),
        'video_too_large',
      )
      expect(long.detail).toBe('film.mp4 lasts longer than 2 seconds.')
      const tiny = await createMediaBench(tools, { limits: { videoMaxBytes: 100 } })
      await expectRefusal(tiny, tiny.media.stageVideo(sample, tiny.job), 'input_too_large')
    })

    it('fault 63: a film whose frames are far larger than its header says', async () => {
      const bench = await createMediaBench(tools, { limits: { videoMaxPixels: 10_000 } })
      const whole = await readFile(
        await makeSample(bench, 'large.mp4', [...film(1, { size: '1280x720' }), ...H264]),
      )
      const lying = Buffer.from(whole)
      const sampleEntry = lying.indexOf('avc1', lying.indexOf('stsd'))
      lying.writeUInt16BE(64, sampleEntry + 28)
      lying.writeUInt16BE(48, sampleEntry + 30)
      const work = stage(bench, 'lying.mp4', lying)
      await expectRefusal(bench, work, 'video_too_large', 'video_unreadable')
    })

    it('a format that nobody looks after', async () => {
      const bench = await createMediaBench(tools)
      const old = stageSample(bench, 'old.avi', [...film(1), '-c:v', 'cinepak'])
      const error = await expectRefusal(bench, old, 'video_unsupported')
      expect(error.detail).toContain('"cinepak"')
    })
  })

  it('fault 82: a name made to do harm is only a name', async () => {
    const bench = await createMediaBench(tools)
    const whole = await readFile(await makeSample(bench, 'a.mp4', [...film(1), ...H264]))
    for (const name of ['-i.mp4', 'new\nline.mp4', '%03d 🎬.mp4']) {
      const video = await stage(bench, name, whole)
      expect(video.seconds).toBeCloseTo(1, 1)
    }
  })

  it('a video that is no longer wanted is left at once', async () => {
    const controller = new AbortController()
    const bench = await createMediaBench(tools, { signal: controller.signal })
    const sample = await makeSample(bench, 'film.mp4', [...film(3), ...H264])
    const work = bench.media.stageVideo(sample, bench.job)
    controller.abort()
    await expectRefusal(bench, work, 'canceled')
  })
})

/** Writes the matrix of a quarter turn into the track header: (0, 1, -1, 0) in 16.16 fixed point. */
function turnClockwise(mp4: Buffer): Buffer {
  const turned = Buffer.from(mp4)
  const header = turned.indexOf('tkhd') + 4
  const matrix = header + 40
  const rows = [0, 0x10000, 0, -0x10000, 0, 0, 0, 0, 0x40000000]
  for (const [index, value] of rows.entries()) turned.writeInt32BE(value, matrix + 4 * index)
  return turned
}
