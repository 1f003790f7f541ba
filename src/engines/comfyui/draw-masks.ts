// The masks of two speakers as pictures: white where someone is, black elsewhere, of the size of the video.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Size } from '@infinitetalk/arithmetic'
import { SIZE_STEP } from '@infinitetalk/arithmetic'
import sharp from 'sharp'
import { BACKGROUND, type MaskCells, type MaskRequest, maskCells } from './mask-cells.ts'

/** First speaker, second speaker, background: in the order of the voices. */
export type MaskPaths = readonly [string, string, string]

/** @throws AppError `invalid_request` when a box cannot be used */
export async function drawMasks(request: MaskRequest, folder: string): Promise<MaskPaths> {
  const cells = maskCells(request)
  const paths: MaskPaths = [
    join(folder, 'mask-0.png'),
    join(folder, 'mask-1.png'),
    join(folder, 'mask-background.png'),
  ]
  for (const [index, path] of paths.entries()) {
    const owner = index === 2 ? BACKGROUND : index
    const png = await sharp(paint(cells, owner, request.size), {
      raw: { ...request.size, channels: 1 },
    })
      .toColourspace('b-w')
      .png({ palette: false })
      .toBuffer()
    // Not by sharp, whose error of a full disk has no code.
    await writeFile(path, png)
  }
  return paths
}

function paint({ columns, owners }: MaskCells, owner: number, { width, height }: Size): Uint8Array {
  const pixels = new Uint8Array(width * height)
  for (let y = 0; y < height; y += 1) {
    const row = Math.floor(y / SIZE_STEP) * columns
    for (let x = 0; x < width; x += 1) {
      if (owners[row + Math.floor(x / SIZE_STEP)] === owner) pixels[y * width + x] = 255
    }
  }
  return pixels
}
