// Faults 72 to 82: voices that are cut, lie about themselves, are something else, or have names made to do harm. Each runs
// with every ffmpeg there is: the one npm brings is of 2018 and reads broken files in its own way.
import { readFile, writeFile } from 'node:fs/promises'
import type { ErrorCode } from '@infinitetalk/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { StagedVoice } from '../../src/domain/plan.ts'
import { type HitCounter, startHttpServer } from '../support/hit-counter.ts'
import {
  createMediaBench,
  expectRefusal,
  type MediaBench,
  makeSample,
  processesNaming,
  toolSets,
} from '../support/media-bench.ts'
import { blackPng } from '../support/png-file.ts'
import { WAV_HEADER_BYTES, wavFile } from '../support/wav-file.ts'

const TONE = ['-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=48000:duration=3']
const FILM = ['-f', 'lavfi', '-i', 'testsrc=size=64x64:rate=25:duration=3']

async function stage(bench: MediaBench, name: string, content: Uint8Array): Promise<StagedVoice> {
  const path = bench.files.path(name)
  await writeFile(path, content)
  return bench.media.stageVoice(path, bench.job)
}

let canary: HitCounter

beforeAll(async () => {
  canary = await startHttpServer((_request, response) => response.end('secret'))
})
afterAll(() => canary.close())

describe.each(await toolSets())('$label', ({ tools }) => {
  describe('cut and lying files', () => {
    const cuts: readonly (readonly [string, number, ErrorCode])[] = [
      ['byte 0', 0, 'input_empty'],
      ['byte 1', 1, 'audio_unsupported'],
      ['byte 43', WAV_HEADER_BYTES - 1, 'audio_unreadable'],
      ['byte 44', WAV_HEADER_BYTES, 'audio_unreadable'],
      ['byte 45', WAV_HEADER_BYTES + 1, 'audio_unreadable'],
      ['half', WAV_HEADER_BYTES + 16_000, 'audio_unreadable'],
    ]
    it.each(cuts)('fault 72: a WAV cut at %s is refused', async (_name, bytes, code) => {
      const bench = await createMediaBench(tools)
      await expectRefusal(bench, stage(bench, 'cut.wav', wavFile().subarray(0, bytes)), code)
    })

    it('fault 72: the refusal of a cut file says how much is there and how much is not', async () => {
      const bench = await createMediaBench(tools)
      const error = await expectRefusal(
        bench,
        stage(bench, 'cut.wav', wavFile().subarray(0, 10_044)),
        'audio_unreadable',
      )
      expect(error.detail).toBe('cut.wav is cut: it has 10044 bytes and 22000 more should follow.')
    })

    it.each([
      ['m4a', ['-movflags', '+faststart']],
      ['mov', []],
      ['flac', []],
      ['aiff', []],
      ['mka', []],
      ['webm', ['-c:a', 'libopus']],
    ] as const)('fault 72: half a file is refused: %s', async (extension, options) => {
      const bench = await createMediaBench(tools)
      const whole = await readFile(
        await makeSample(bench, `whole.${extension}`, [...TONE, ...options]),
      )
      const half = whole.subarray(0, whole.length / 2)
      await expectRefusal(bench, stage(bench, `half.${extension}`, half), 'audio_unreadable')
    })

    it.each([0, 0x7fff_f000, 0xffff_ffff])(
      'fault 73: a WAV from a pipe is read to its end (data size %i)',
      async (claimedBytes) => {
        const bench = await createMediaBench(tools)
        const voice = await stage(bench, 'piped.wav', wavFile({ claimedBytes }))
        expect(voice.seconds).toBeCloseTo(1, 2)
      },
    )

    it.each([0, 1, 7999, 192_001, 4_000_000_000])(
      'fault 74: a sample rate of %i is refused',
      async (sampleRate) => {
        const bench = await createMediaBench(tools)
        const work = stage(bench, 'rate.wav', wavFile({ sampleRate }))
        await expectRefusal(bench, work, 'audio_unsupported', 'audio_unreadable')
      },
    )

    it.each([0, 9, 255])('fault 74: %i channels are refused', async (channels) => {
      const bench = await createMediaBench(tools)
      const content = wavFile({ channels, samples: 1000 })
      const work = stage(bench, 'channels.wav', Buffer.concat([content, Buffer.alloc(4000)]))
      await expectRefusal(bench, work, 'audio_unsupported', 'audio_unreadable')
    })

    it('fault 75: an MP3 of varying rate without a header is as long as it sounds', async () => {
      const bench = await createMediaBench(tools)
      const noise = 'aevalsrc=random(0)*gt(mod(t\\,2)\\,1):s=44100:d=6'
      const path = await makeSample(bench, 'vbr.mp3', [
        ...['-f', 'lavfi', '-i', noise, '-q:a', '2', '-write_xing', '0'],
      ])
      const { seconds } = await bench.media.stageVoice(path, bench.job)
      expect(Math.abs(seconds - 6)).toBeLessThan(0.1)
    })

    it('fault 75: a recording of a browser, which has no duration, is as long as it sounds', async () => {
      const bench = await createMediaBench(tools)
      const path = await makeSample(bench, 'live.webm', [
        ...[...TONE, '-c:a', 'libopus', '-f', 'webm', '-live', '1'],
      ])
      const { seconds } = await bench.media.stageVoice(path, bench.job)
      expect(Math.abs(seconds - 3)).toBeLessThan(0.05)
    })

    it('fault 76: an M4A without its index is refused', async () => {
      const bench = await createMediaBench(tools)
      const whole = await readFile(await makeSample(bench, 'whole.m4a', TONE))
      const index = whole.indexOf('moov') - 4
      const work = stage(bench, 'no-moov.m4a', whole.subarray(0, index))
      const error = await expectRefusal(bench, work, 'audio_unreadable')
      expect(error.detail).toMatch(/^no-moov\.m4a cannot be decoded: moov atom not found/)
    })

    it('fault 77: of a film the sound is taken', async () => {
      const bench = await createMediaBench(tools)
      for (const name of ['film.mp4', 'film.mkv', 'film.mov', 'film.avi', 'film.ts']) {
        const path = await makeSample(bench, name, [...FILM, ...TONE, '-ac', '2'])
        const { seconds } = await bench.media.stageVoice(path, bench.job)
        expect(Math.abs(seconds - 3), name).toBeLessThan(0.1)
      }
    })

    it('fault 77: a silent film has no audio track', async () => {
      const bench = await createMediaBench(tools)
      const path = await makeSample(bench, 'silent.mp4', FILM)
      await expectRefusal(bench, bench.media.stageVoice(path, bench.job), 'audio_missing')
    })

    it('fault 81: a FLAC whose header promises more than there is counts as cut', async () => {
      const bench = await createMediaBench(tools)
      const content = await readFile(await makeSample(bench, 'true.flac', TONE))
      // The number of samples: the low 32 of 36 bits, after "fLaC", a block header and 14 bytes of STREAMINFO.
      content.writeUInt32BE(48_000 * 1000, 22)
      const error = await expectRefusal(
        bench,
        stage(bench, 'lies.flac', content),
        'audio_unreadable',
      )
      expect(error.detail).toContain('it should last 1000.0 seconds and ends after 3.0')
    })

    it('fault 81: the length in the header of an M4A is not believed', async () => {
      const bench = await createMediaBench(tools)
      const content = await readFile(await makeSample(bench, 'true.m4a', TONE))
      // Version 0 of both boxes: time scale, then duration.
      for (const box of ['mvhd', 'mdhd']) {
        const offset = content.indexOf(box) + 4 + 4 + 8
        content.writeUInt32BE(content.readUInt32BE(offset) * 1000, offset + 4)
      }
      const { seconds } = await stage(bench, 'lies.m4a', content)
      expect(Math.abs(seconds - 3)).toBeLessThan(0.1)
    })
  })

  describe('what is not a sound', () => {
    const playlist = (url: string): string => `#EXTM3U\n#EXTINF:1,\n${url}\n`
    it('fault 78: a playlist named .wav opens nothing', async () => {
      const bench = await createMediaBench(tools)
      const texts = [
        playlist(canary.url('/a.ts')),
        playlist('file:///etc/passwd'),
        playlist('concat:/etc/hostname|/etc/passwd'),
        `ffconcat version 1.0\nfile '${canary.url('/a.wav')}'\n`,
        `ffconcat version 1.0\nfile '/etc/passwd'\n`,
        `<?xml version="1.0"?><MPD><BaseURL>${canary.url()}</BaseURL></MPD>`,
        `[playlist]\nFile1=${canary.url()}\n`,
      ]
      for (const text of texts) {
        await expectRefusal(bench, stage(bench, 'list.wav', Buffer.from(text)), 'audio_unsupported')
      }
      expect(canary.connections).toBe(0)
    })

    it('fault 78: a playlist behind the first bytes of a sound opens nothing', async () => {
      const bench = await createMediaBench(tools)
      const hls = playlist(canary.url('/a.ts'))
      const wave = Buffer.concat([Buffer.from('RIFF\x20\0\0\0WAVE'), Buffer.from(hls)])
      const tagged = Buffer.concat([Buffer.from('ID3\x03\0\0\0\0\0\0', 'latin1'), Buffer.from(hls)])
      for (const content of [wave, tagged]) {
        await expectRefusal(bench, stage(bench, 'list.wav', content), 'audio_unreadable')
      }
      expect(canary.connections).toBe(0)
    })

    it('pictures, pages and archives are refused and named', async () => {
      const bench = await createMediaBench(tools)
      const others: readonly (readonly [Buffer, RegExp])[] = [
        [blackPng(64, 64), /a PNG picture/],
        [Buffer.from('<!doctype html><html></html>'), /an HTML page/],
        [Buffer.from('1\n00:00:01,000 --> 00:00:02,000\nHello\n'), /text/],
        [Buffer.from('PK\x03\x04\x14\0'), /a ZIP archive/],
        [Buffer.from([0, 1, 2, 3, 4, 5]), /unknown kind/],
      ]
      for (const [content, says] of others) {
        const error = await expectRefusal(
          bench,
          stage(bench, 'x.wav', content),
          'audio_unsupported',
        )
        expect(error.detail).toMatch(says)
      }
    })
  })

  describe('length and loudness', () => {
    it('fault 79: silence is a voice', async () => {
      const bench = await createMediaBench(tools)
      const silence = wavFile().fill(0, WAV_HEADER_BYTES)
      expect((await stage(bench, 'silence.wav', silence)).seconds).toBe(1)
    })

    it('fault 79: 0.05 seconds are too short, 601 too long, and 600 are not', async () => {
      const bench = await createMediaBench(tools)
      const ofSeconds = (seconds: number): Buffer => {
        const claimedBytes = seconds * 16_000
        const header = wavFile({ sampleRate: 8000, samples: 0, claimedBytes })
        return Buffer.concat([header, Buffer.alloc(claimedBytes)])
      }
      await expectRefusal(bench, stage(bench, 'short.wav', ofSeconds(0.05)), 'audio_too_short')
      await expectRefusal(bench, stage(bench, 'long.wav', ofSeconds(601)), 'audio_too_long')
      expect((await stage(bench, 'limit.wav', ofSeconds(600))).seconds).toBe(600)
    })

    it('fault 80: ten hours of silence in 5 MB cost no more than ten minutes', async () => {
      const bench = await createMediaBench(tools)
      const second = await readFile(
        await makeSample(bench, 'second.aac', [
          ...['-f', 'lavfi', '-i', 'anullsrc=sample_rate=8000:channel_layout=mono', '-t', '10'],
        ]),
      )
      const frame = second.subarray(second.lastIndexOf(Buffer.from([0xff, 0xf1])))
      const frames = Math.ceil((36_000 * 8000) / 1024)
      const tenHours = Buffer.concat(Array.from({ length: frames }, () => frame))
      expect(tenHours.length).toBeLessThan(20_000_000)
      const error = await expectRefusal(bench, stage(bench, 'long.aac', tenHours), 'audio_too_long')
      expect(error.detail).toBe('long.aac holds more than 600 seconds of sound.')
    })

    it('a voice of any form becomes 16 kHz mono of the same length', async () => {
      const bench = await createMediaBench(tools)
      const forms: readonly (readonly [string, readonly string[]])[] = [
        ['a.mp3', []],
        ['a.m4a', []],
        ['a.ogg', ['-c:a', 'libvorbis']],
        ['a.opus', ['-c:a', 'libopus']],
        ['a.flac', []],
        ['a.aac', []],
        ['a.webm', ['-c:a', 'libopus']],
        ['a.aiff', []],
        ['a.caf', []],
        ['a.au', []],
        ['a.w64', []],
        ['a.wma', []],
        ['stereo.wav', ['-ac', '2', '-ar', '44100']],
        ['eight-bit.wav', ['-ar', '8000', '-c:a', 'pcm_u8']],
        ['float.wav', ['-c:a', 'pcm_f32le']],
        ['rf64.wav', ['-rf64', 'always']],
      ]
      for (const [name, options] of forms) {
        const path = await makeSample(bench, name, [...TONE, ...options])
        const voice = await bench.media.stageVoice(path, bench.job)
        expect(Math.abs(voice.seconds - 3), name).toBeLessThan(0.06)
        expect((await readFile(voice.pcmPath)).length).toBe(Math.round(voice.seconds * 32_000))
        expect(voice.path).toBe(path)
      }
    })
  })

  describe('names', () => {
    const names = [
      '-i.wav',
      '-version',
      '--help.wav',
      'concat:a.wav|b.wav',
      'pipe:0',
      '%d %s %05d.wav',
      'two\nlines.wav',
      'quote\'s "and" `sh` $(id);&.wav',
      'emoji 🎙️🎧.wav',
      '\u202egpj.wav',
      'صوت.wav',
      '[page=2].wav',
      ' .wav ',
      `${'n'.repeat(251)}.wav`,
    ]
    it.each(names)('fault 82: %j is a name like any other', async (name) => {
      const bench = await createMediaBench(tools)
      expect((await stage(bench, name, wavFile())).seconds).toBe(1)
    })

    it('fault 82: a refusal says the name, without folders and line breaks', async () => {
      const bench = await createMediaBench(tools)
      const work = stage(bench, 'two\nlines.wav', Buffer.from('RIFF\0\0\0\0WAVEjunk'))
      const { detail } = await expectRefusal(bench, work, 'audio_unreadable')
      expect(detail).toMatch(/^two\?lines\.wav cannot be decoded: [^\n/]+\.$/)
    })
  })

  describe('the decoder process', () => {
    it('is killed at its deadline', async () => {
      const bench = await createMediaBench(tools, { limits: { probeTimeoutMs: 1 } })
      await expectRefusal(bench, stage(bench, 'slow.wav', wavFile()), 'tool_timeout')
    })

    it('is killed when the work is aborted', async () => {
      const abort = new AbortController()
      const bench = await createMediaBench(tools, { signal: abort.signal })
      const path = bench.files.path('slow.wav')
      await writeFile(path, wavFile({ samples: 16_000 * 60 }))
      const work = bench.media.stageVoice(path, bench.job)
      setTimeout(() => abort.abort(), 20)
      await expectRefusal(bench, work, 'canceled')
      expect(processesNaming(bench.files.path(''))).toEqual([])
    })
  })
})
