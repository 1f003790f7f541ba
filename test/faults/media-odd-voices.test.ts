// Issue 14, 21 and 22: voices that only ffprobe recognises, and voices that end before their header says. Each test runs with
// every ffmpeg there is.
import { readFile, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { StagedVoice } from '../../src/domain/plan.ts'
import { type HitCounter, startHttpServer } from '../support/hit-counter.ts'
import {
  createMediaBench,
  expectRefusal,
  type MediaBench,
  makeSample,
  toolSets,
} from '../support/media-bench.ts'

const TONE = ['-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=44100:duration=3']
/** Bytes of no meaning, the same on every run. */
const JUNK = Buffer.from(Array.from({ length: 700 }, (_, index) => (index * 97 + 13) % 251))

/** Blobs have no extension: a name must not help. */
async function stage(bench: MediaBench, content: Uint8Array): Promise<StagedVoice> {
  const path = bench.files.path('voice')
  await writeFile(path, content)
  return bench.media.stageVoice(path, bench.job)
}

async function sample(bench: MediaBench, name: string, options: readonly string[] = []) {
  return readFile(await makeSample(bench, name, [...TONE, ...options]))
}

/** Three seconds of 33-byte frames of GSM 06.10, each with its mark, saying nothing. */
function rawGsm(): Buffer {
  const frame = Buffer.alloc(33)
  frame[0] = 0xd0
  return Buffer.concat(Array.from({ length: 150 }, () => frame))
}

let canary: HitCounter
beforeAll(async () => {
  canary = await startHttpServer((_request, response) => response.end('secret'))
})
afterAll(() => canary.close())

describe.each(await toolSets())('$label', ({ tools }) => {
  describe('a voice whose first bytes say nothing', () => {
    it.each([
      ['AC-3', (bench: MediaBench) => sample(bench, 'a.ac3')],
      ['E-AC-3', (bench: MediaBench) => sample(bench, 'a.eac3')],
      ['GSM', () => rawGsm()],
      ['WavPack', (bench: MediaBench) => sample(bench, 'a.wv')],
      ['an MPEG program stream', (bench: MediaBench) => sample(bench, 'a.mpg', ['-c:a', 'mp2'])],
    ] as const)('14.21: is decoded when ffprobe knows it: %s', async (_kind, make) => {
      const bench = await createMediaBench(tools)
      const { seconds } = await stage(bench, await make(bench))
      expect(Math.abs(seconds - 3)).toBeLessThan(0.2)
    })

    it('14.21: is decoded when junk stands before the first frame of an MP3', async () => {
      const bench = await createMediaBench(tools)
      const whole = await sample(bench, 'a.mp3', ['-id3v2_version', '0'])
      for (const junk of [JUNK, Buffer.alloc(5000)]) {
        const { seconds } = await stage(bench, Buffer.concat([junk, whole]))
        expect(Math.abs(seconds - 3)).toBeLessThan(0.2)
      }
    })

    it('14.21: is refused when it is nothing, or names other files', async () => {
      const bench = await createMediaBench(tools)
      const playlist = `#EXTM3U\n#EXTINF:1,\n${canary.url('/a.ts')}\n`
      const session = `v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\nm=audio 5004 RTP/AVP 0\r\n`
      const list = `ffconcat version 1.0\nfile '${canary.url('/a.wav')}'\n`
      for (const text of [playlist, session, list]) {
        for (const content of [`${text}\0`, `\xef\xbb\xbf${text}`, `\0${text}`, `${text}\xff`]) {
          await expectRefusal(
            bench,
            stage(bench, Buffer.from(content, 'latin1')),
            'audio_unsupported',
          )
        }
      }
      await expectRefusal(bench, stage(bench, JUNK), 'audio_unsupported')
      expect(canary.connections).toBe(0)
    })
  })

  describe('a voice that ends before its header says', () => {
    it.each([
      ['a.mp3', []],
      ['vbr.mp3', ['-q:a', '4']],
      ['old.mp3', ['-ar', '16000', '-ac', '2']],
      ['a.ogg', ['-c:a', 'libvorbis']],
      ['a.opus', ['-c:a', 'libopus']],
      ['a.caf', []],
      ['a.au', []],
      ['a.w64', []],
      ['a.wma', []],
    ] as const)(
      '14.22: is refused with its bytes, and accepted whole: %s',
      async (name, options) => {
        const bench = await createMediaBench(tools)
        const whole = await sample(bench, name, options)
        expect(Math.abs((await stage(bench, whole)).seconds - 3)).toBeLessThan(0.15)
        const half = whole.subarray(0, Math.floor(whole.length / 2))
        const { detail } = await expectRefusal(
          await createMediaBench(tools),
          stage(bench, half),
          'audio_unreadable',
        )
        expect(detail).toMatch(
          new RegExp(`^voice is cut: it has ${half.length} bytes and \\d+ more should follow\\.$`),
        )
      },
    )

    it('14.22: is refused with its bytes when Fraunhofer wrote the header', async () => {
      const bench = await createMediaBench(tools)
      const options = ['-write_xing', '0', '-id3v2_version', '0', '-b:a', '128k']
      const stream = await sample(bench, 'a.mp3', options)
      const header = Buffer.from(stream.subarray(0, 417)).fill(0, 4)
      header.write('VBRI', 36, 'latin1')
      header.writeUInt32BE(header.length + stream.length, 36 + 10)
      header.writeUInt32BE(116, 36 + 14)
      const whole = Buffer.concat([header, stream])
      expect(Math.abs((await stage(bench, whole)).seconds - 3)).toBeLessThan(0.2)
      const { meta } = await expectRefusal(
        await createMediaBench(tools),
        stage(bench, whole.subarray(0, 20_000)),
        'audio_unreadable',
      )
      expect(meta).toEqual({ bytes: 20_000, missingBytes: whole.length - 20_000 })
    })

    it('14.22: counts as whole with tags and junk around it', async () => {
      const bench = await createMediaBench(tools)
      const tagged = await sample(bench, 'tag.mp3', [
        '-metadata',
        'title=Talk',
        '-write_id3v1',
        '1',
      ])
      const bare = await sample(bench, 'bare.mp3', ['-id3v2_version', '0'])
      for (const whole of [tagged, Buffer.concat([JUNK, bare, JUNK])]) {
        expect(Math.abs((await stage(bench, whole)).seconds - 3)).toBeLessThan(0.2)
      }
    })
  })

  it('14.22: a video without sound is called that', async () => {
    const bench = await createMediaBench(tools)
    const film = ['-f', 'lavfi', '-i', 'testsrc=size=64x64:rate=25:duration=1']
    const path = await makeSample(bench, 'silent.mp4', film)
    const work = bench.media.stageVoice(path, bench.job)
    const { detail } = await expectRefusal(bench, work, 'audio_missing')
    expect(detail).toBe('silent.mp4 is a video without sound.')
  })
})
