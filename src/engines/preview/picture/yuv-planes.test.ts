import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { describeWith } from '../../../../test/support/requires.ts'
import { rgbToYuv, yuvPlanesIn } from './yuv-planes.ts'

const SIZE = { width: 16, height: 16 }

/** Smooth colours, as in a photo: chroma is filtered differently by everyone, and that must not decide. */
function gradient() {
  const data = new Uint8Array(SIZE.width * SIZE.height * 3)
  for (let y = 0; y < SIZE.height; y++) {
    for (let x = 0; x < SIZE.width; x++) {
      data.set([20 + x * 14, 240 - y * 13, 60 + x * 5 + y * 6], (y * SIZE.width + x) * 3)
    }
  }
  return { data, ...SIZE }
}

function plain(red: number, green: number, blue: number) {
  const planes = rgbToYuv({
    data: Uint8Array.of(...new Array(4).fill([red, green, blue]).flat()),
    width: 2,
    height: 2,
  })
  return [planes.luma[0], planes.blueChroma[0], planes.redChroma[0]]
}

describe('pictures as YUV', () => {
  it('have the values that BT.709 gives to black, white and the primaries', () => {
    expect(plain(0, 0, 0)).toEqual([16, 128, 128])
    expect(plain(255, 255, 255)).toEqual([235, 128, 128])
    expect(plain(255, 0, 0)).toEqual([63, 102, 240])
    expect(plain(0, 255, 0)).toEqual([173, 42, 26])
    expect(plain(0, 0, 255)).toEqual([32, 240, 118])
  })
})

describeWith(['ffmpeg'], 'apt-get install ffmpeg', 'pictures as YUV, compared with ffmpeg', () => {
  it('are what ffmpeg makes of them, to within two levels', () => {
    const picture = gradient()
    const converted = execFileSync(
      'ffmpeg',
      [
        ...['-v', 'error', '-f', 'rawvideo', '-pix_fmt', 'rgb24', '-s', '16x16', '-i', '-'],
        ...['-vf', 'scale=out_color_matrix=bt709:flags=accurate_rnd'],
        ...['-pix_fmt', 'yuv420p', '-f', 'rawvideo', '-'],
      ],
      { input: picture.data },
    )
    const theirs = yuvPlanesIn(converted, SIZE)
    const ours = rgbToYuv(picture)
    for (const plane of ['luma', 'blueChroma', 'redChroma'] as const) {
      const worst = Math.max(...ours[plane].map((value, i) => Math.abs(value - theirs[plane][i]!)))
      expect(worst, plane).toBeLessThanOrEqual(2)
    }
  })
})
