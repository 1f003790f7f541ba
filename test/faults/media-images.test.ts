// Faults 62 to 71: pictures that are bombs, broken, something else than their name says, or merely unusual.
import { readFile, writeFile } from 'node:fs/promises'
import type { RelativeBox } from '@infinitetalk/contract'
import sharp, { type Sharp } from 'sharp'
import { describe, expect, it } from 'vitest'
import type { StagedImage } from '../../src/domain/plan.ts'
import {
  childrenNaming,
  createMediaBench,
  expectRefusal,
  type MediaBench,
  type ToolSet,
  toolSets,
} from '../support/media-bench.ts'
import { blackPng, lyingPng } from '../support/png-file.ts'

const [{ tools }] = (await toolSets()) as [ToolSet]
const HEIC = await readFile(new URL('../fixtures/quadrants.heic', import.meta.url))

type Color = readonly [red: number, green: number, blue: number]
const RED: Color = [255, 0, 0]
const GREEN: Color = [0, 255, 0]
const BLUE: Color = [0, 0, 255]
const WHITE: Color = [255, 255, 255]

/** 64 x 48: red and green above blue and white, so that every turn and flip shows. */
function quadrants(): Buffer {
  const pixels = Buffer.alloc(64 * 48 * 3)
  for (let y = 0; y < 48; y += 1) {
    for (let x = 0; x < 64; x += 1) {
      const [left, right] = y < 24 ? [RED, GREEN] : [BLUE, WHITE]
      pixels.set(x < 32 ? left : right, (y * 64 + x) * 3)
    }
  }
  return pixels
}

function quadrantPicture(): Sharp {
  return sharp(quadrants(), { raw: { width: 64, height: 48, channels: 3 } })
}

async function stage(
  bench: MediaBench,
  name: string,
  content: Uint8Array,
  crop?: RelativeBox,
): Promise<StagedImage> {
  const path = bench.files.path(name)
  await writeFile(path, content)
  return bench.media.stageImage(path, bench.job, crop)
}

/** The colours in the middle of the four quarters, row by row. */
async function quarters({ path, width, height }: StagedImage): Promise<readonly Color[]> {
  const { data, info } = await sharp(path).raw().toBuffer({ resolveWithObject: true })
  expect(info).toMatchObject({ width, height, channels: 3 })
  return [0.25, 0.75].flatMap((v) =>
    [0.25, 0.75].map((u) => {
      const offset = (Math.floor(v * height) * width + Math.floor(u * width)) * 3
      return [...data.subarray(offset, offset + 3)] as unknown as Color
    }),
  )
}

async function expectColors(image: StagedImage, expected: readonly Color[], tolerance = 6) {
  const distances = (await quarters(image)).map((color, index) =>
    Math.max(...color.map((value, channel) => Math.abs(value - (expected[index]?.[channel] ?? 0)))),
  )
  expect(Math.max(...distances)).toBeLessThanOrEqual(tolerance)
}

describe('pixel bombs', () => {
  const bombs: readonly (readonly [number, string, Buffer])[] = [
    [62, 'a PNG that claims 30000 x 30000 pixels', lyingPng(30_000, 30_000)],
    [63, 'a PNG of 16000 x 16000 pixels', blackPng(16_000, 16_000)],
  ]
  it.each(bombs)('fault %i: %s is refused by its header', async (_fault, _name, content) => {
    const bench = await createMediaBench(tools)
    const error = await expectRefusal(bench, stage(bench, 'bomb.png', content), 'image_too_large')
    expect(error.detail).toMatch(/\d+ x \d+ pixels/)
  })

  it('fault 62: a HEIC that claims 30000 x 30000 pixels is refused before it is decoded', async () => {
    const bench = await createMediaBench(tools)
    const bomb = Buffer.from(HEIC)
    const size = bomb.indexOf('ispe') + 8
    bomb.writeUInt32BE(30_000, size)
    bomb.writeUInt32BE(30_000, size + 4)
    await expectRefusal(
      bench,
      stage(bench, 'bomb.heic', bomb),
      'image_too_large',
      'image_unreadable',
    )
  })

  it('fault 64: of 10,000 frames only the first is decoded', async () => {
    const bench = await createMediaBench(tools)
    for (const [name, content] of [
      ['many.gif', repeatSecondFrame(await redThenBlue().gif().toBuffer(), 10_000)],
      ['two.webp', await redThenBlue().webp({ lossless: true }).toBuffer()],
    ] as const) {
      const image = await stage(bench, name, content)
      expect(image).toMatchObject({ width: 40, height: 30 })
      await expectColors(image, [RED, RED, RED, RED])
    }
  })
})

/** An animation of two frames. */
function redThenBlue(): Sharp {
  const pixels = Buffer.alloc(40 * 60 * 3)
  for (let index = 0; index < 40 * 60; index += 1) {
    pixels.set(index < 40 * 30 ? RED : BLUE, index * 3)
  }
  return sharp(pixels, { raw: { width: 40, height: 60, channels: 3, pageHeight: 30 } })
}

/** Each frame of a GIF begins with a graphic control extension; the file ends with one byte of trailer. */
function repeatSecondFrame(gif: Buffer, times: number): Buffer {
  const control = Buffer.from([0x21, 0xf9, 0x04])
  const start = gif.lastIndexOf(control)
  const frame = gif.subarray(start, gif.length - 1)
  const frames = Array.from({ length: times }, () => frame)
  return Buffer.concat([gif.subarray(0, start), ...frames, gif.subarray(-1)])
}

describe('broken and disguised pictures', () => {
  it('fault 65: half a JPEG is refused', async () => {
    const bench = await createMediaBench(tools)
    const whole = await quadrantPicture().resize(640, 480).jpeg().toBuffer()
    const half = whole.subarray(0, whole.length / 2)
    await expectRefusal(bench, stage(bench, 'half.jpg', half), 'image_unreadable')
  })

  it.each(['png', 'webp', 'gif', 'avif'] as const)(
    'fault 65: half a %s is refused',
    async (format) => {
      const bench = await createMediaBench(tools)
      const whole = await quadrantPicture().resize(640, 480).toFormat(format).toBuffer()
      const half = whole.subarray(0, Math.floor(whole.length / 2))
      await expectRefusal(bench, stage(bench, `half.${format}`, half), 'image_unreadable')
    },
  )

  it('fault 65: half a HEIC is refused', async () => {
    const bench = await createMediaBench(tools)
    const half = HEIC.subarray(0, HEIC.length - 60)
    await expectRefusal(bench, stage(bench, 'half.heic', half), 'image_unreadable')
  })

  it('fault 66: zero bytes are refused', async () => {
    const bench = await createMediaBench(tools)
    await expectRefusal(bench, stage(bench, 'empty.png', Buffer.alloc(0)), 'input_empty')
  })

  const svg = (body: string): string => `<?xml version="1.0"?>${body}`
  const disguised: readonly (readonly [number, string, string, RegExp])[] = [
    [
      67,
      'an SVG that reads /etc/passwd',
      svg('<svg><image href="file:///etc/passwd"/></svg>'),
      /SVG/,
    ],
    [67, 'an SVG of a billion laughs', svg('<!DOCTYPE l [<!ENTITY a "ha">]><svg>&a;</svg>'), /SVG/],
    [68, 'plain text', 'not a picture', /is text/],
    [68, 'an HTML page', '<!doctype html><html></html>', /HTML/],
    [68, 'a PDF', '%PDF-1.7\n%', /PDF/],
    [68, 'a TIFF', 'II*\0\b\0\0\0', /TIFF/],
    [68, 'a sound', 'RIFF\x10\0\0\0WAVEfmt ', /sound or video/],
    [68, 'a film', '\0\0\0\x18ftypisom\0\0\0\0isomavc1', /sound or video/],
    [68, 'an ImageMagick script', 'push graphic-context\nimage over 0,0 0,0 "https://x/"', /text/],
  ]
  it.each(disguised)(
    'fault %i: %s named .png is refused and named',
    async (_f, _n, content, says) => {
      const bench = await createMediaBench(tools)
      const work = stage(bench, 'disguised.png', Buffer.from(content, 'latin1'))
      const error = await expectRefusal(bench, work, 'image_unsupported')
      expect(error.detail).toMatch(says)
      expect(error.detail).not.toContain(bench.job.workDir)
    },
  )

  it('fault 68: HEIC and AVIF are taken whatever their name says', async () => {
    const bench = await createMediaBench(tools)
    const avif = await quadrantPicture()
      .avif({ quality: 100, chromaSubsampling: '4:4:4' })
      .toBuffer()
    for (const content of [HEIC, avif]) {
      const image = await stage(bench, 'picture.png', content)
      expect(image).toMatchObject({ width: 64, height: 48 })
      await expectColors(image, [RED, GREEN, BLUE, WHITE])
    }
  })

  it.each([
    ['JPEG and ZIP', 'jpeg', 'PK\x03\x04 payload'],
    ['PNG and HTML', 'png', '<script>alert(1)</script>'],
  ] as const)(
    'fault 69: nothing of a polyglot of %s survives but its pixels',
    async (_n, format, tail) => {
      const bench = await createMediaBench(tools)
      const picture = await quadrantPicture()
        .withExif({ IFD0: { Copyright: tail } })
        .toFormat(format)
        .toBuffer()
      const { path } = await stage(
        bench,
        'polyglot',
        Buffer.concat([picture, Buffer.from(tail, 'latin1')]),
      )
      const staged = await readFile(path)
      expect(staged.includes('PK\x03\x04')).toBe(false)
      expect(staged.includes('script')).toBe(false)
    },
  )
})

describe('unusual pictures', () => {
  /** The colours of the four quarters after the turn of each EXIF orientation. */
  const turned: readonly (readonly [number, readonly Color[], boolean])[] = [
    [1, [RED, GREEN, BLUE, WHITE], false],
    [2, [GREEN, RED, WHITE, BLUE], false],
    [3, [WHITE, BLUE, GREEN, RED], false],
    [4, [BLUE, WHITE, RED, GREEN], false],
    [5, [RED, BLUE, GREEN, WHITE], true],
    [6, [BLUE, RED, WHITE, GREEN], true],
    [7, [WHITE, GREEN, BLUE, RED], true],
    [8, [GREEN, WHITE, RED, BLUE], true],
  ]
  it.each(turned)(
    'fault 70: EXIF orientation %i is put upright',
    async (orientation, expected, onSide) => {
      const bench = await createMediaBench(tools)
      const content = await quadrantPicture()
        .withMetadata({ orientation })
        .jpeg({ quality: 100, chromaSubsampling: '4:4:4' })
        .toBuffer()
      const image = await stage(bench, 'turned.jpg', content)
      expect([image.width, image.height]).toEqual(onSide ? [48, 64] : [64, 48])
      await expectColors(image, expected)
    },
  )

  it('fault 70: CMYK becomes sRGB', async () => {
    const bench = await createMediaBench(tools)
    const grey = sharp({ create: { width: 64, height: 48, channels: 3, background: '#999' } })
    const image = await stage(
      bench,
      'cmyk.jpg',
      await grey.toColourspace('cmyk').jpeg({ quality: 100 }).toBuffer(),
    )
    const color: Color = [0x99, 0x99, 0x99]
    await expectColors(image, [color, color, color, color], 16)
  })

  it('fault 70: 16 bits become 8 without changing the picture', async () => {
    const bench = await createMediaBench(tools)
    const deep = await quadrantPicture().toColourspace('rgb16').png().toBuffer()
    expect(await sharp(deep).metadata()).toMatchObject({ depth: 'ushort' })
    const image = await stage(bench, 'deep.png', deep)
    expect(await sharp(image.path).metadata()).toMatchObject({
      depth: 'uchar',
      channels: 3,
      space: 'srgb',
    })
    await expectColors(image, [RED, GREEN, BLUE, WHITE])
  })

  it('fault 70: grey with 16 bits becomes sRGB with three channels', async () => {
    const bench = await createMediaBench(tools)
    const grey = sharp({ create: { width: 64, height: 48, channels: 3, background: '#808080' } })
    const image = await stage(
      bench,
      'grey.png',
      await grey.toColourspace('grey16').png().toBuffer(),
    )
    const color: Color = [128, 128, 128]
    await expectColors(image, [color, color, color, color])
  })

  it('fault 70: what is transparent becomes neutral grey', async () => {
    const bench = await createMediaBench(tools)
    const clear = sharp({
      create: { width: 64, height: 48, channels: 4, background: { r: 255, g: 0, b: 0, alpha: 0 } },
    })
    const color: Color = [128, 128, 128]
    for (const format of ['png', 'webp'] as const) {
      const image = await stage(
        bench,
        `clear.${format}`,
        await clear.clone().toFormat(format).toBuffer(),
      )
      await expectColors(image, [color, color, color, color])
    }
  })

  it('fault 70: an embedded colour profile is honoured', async () => {
    const bench = await createMediaBench(tools)
    // The pure red of sRGB written in Display P3 has other numbers; upright sRGB must show it as pure red again.
    const p3 = await quadrantPicture().withIccProfile('p3').png().toBuffer()
    expect((await sharp(p3, { ignoreIcc: true }).raw().toBuffer())[0]).toBeLessThan(250)
    await expectColors(await stage(bench, 'p3.png', p3), [RED, GREEN, BLUE, WHITE])
  })

  it('fault 71: too small and too long pictures are refused', async () => {
    const bench = await createMediaBench(tools)
    await expectRefusal(bench, stage(bench, 'dot.png', blackPng(1, 1)), 'image_too_small')
    await expectRefusal(bench, stage(bench, 'line.png', blackPng(1, 8192)), 'image_too_small')
    await expectRefusal(bench, stage(bench, 'band.png', blackPng(100, 8193)), 'image_too_large')
  })

  it('only the part that was asked for is staged, of the picture as one sees it', async () => {
    const bench = await createMediaBench(tools)
    const turned = await quadrantPicture().withMetadata({ orientation: 6 }).jpeg().toBuffer()
    // Upright it is 48 x 64, with red above green on the right.
    const right = await stage(bench, 'turned.jpg', turned, [0.5, 0, 0.5, 1])
    expect(right).toMatchObject({ width: 24, height: 64 })
    await expectColors(right, [RED, RED, GREEN, GREEN], 12)
    const corner = await stage(bench, 'photo.heic', HEIC, [0.5, 0.5, 0.5, 0.5])
    await expectColors(corner, [WHITE, WHITE, WHITE, WHITE], 12)
    const other = await createMediaBench(tools)
    const tiny = stage(other, 'tiny.jpg', turned, [0, 0, 0.01, 0.01])
    await expectRefusal(other, tiny, 'image_too_small')
  })

  it('a picture of many pixels is staged at no more than 4096 on a side', async () => {
    const bench = await createMediaBench(tools)
    const image = await stage(bench, 'wide.png', blackPng(8000, 2000))
    expect(image).toMatchObject({ width: 4096, height: 1024 })
  })

  it('a file larger than the limit is refused unread', async () => {
    const bench = await createMediaBench(tools, { limits: { imageMaxBytes: 50 } })
    await expectRefusal(
      bench,
      stage(bench, 'big.png', blackPng(64, 64).subarray(0, 101)),
      'input_too_large',
    )
  })
})

describe('the decoder process', () => {
  it('is killed at its deadline', async () => {
    const bench = await createMediaBench(tools, { limits: { probeTimeoutMs: 1 } })
    await expectRefusal(bench, stage(bench, 'slow.png', blackPng(4000, 4000)), 'tool_timeout')
  })

  it('is killed when the work is aborted', async () => {
    const abort = new AbortController()
    const bench = await createMediaBench(tools, { signal: abort.signal })
    const work = stage(bench, 'slow.png', blackPng(7000, 7000))
    await expect.poll(() => childrenNaming('stage-image-child')).toHaveLength(1)
    abort.abort()
    await expectRefusal(bench, work, 'canceled')
    expect(childrenNaming('stage-image-child')).toEqual([])
  })

  it('does not start for work that was aborted before', async () => {
    const bench = await createMediaBench(tools, { signal: AbortSignal.abort() })
    await expectRefusal(bench, stage(bench, 'any.png', blackPng(64, 64)), 'canceled')
  })
})
