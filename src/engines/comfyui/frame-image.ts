// Brings a staged picture to exactly the size of the video: no node has to crop or scale it, and what is seen is what the
// masks and the framing were worked out for.

import { writeFile } from 'node:fs/promises'
import type { Framing, Size } from '@infinitetalk/arithmetic'
import sharp from 'sharp'
import type { StagedImage } from '../../domain/plan.ts'

export interface ImageToFrame {
  readonly image: StagedImage
  /** In the pixels of the picture. */
  readonly framing: Framing
  readonly size: Size
  /** Where the PNG goes. */
  readonly toPath: string
}

export async function frameImage(
  { image, framing, size, toPath }: ImageToFrame,
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted()
  const { crop, placed } = framing
  const png = await sharp(image.path)
    .extract({ left: crop.x, top: crop.y, width: crop.width, height: crop.height })
    .resize(placed.width, placed.height, { fit: 'fill', kernel: 'lanczos3' })
    .extend({
      left: placed.x,
      top: placed.y,
      right: size.width - placed.x - placed.width,
      bottom: size.height - placed.y - placed.height,
      background: '#000',
    })
    .removeAlpha()
    .toColourspace('srgb')
    .png({ palette: false })
    .toBuffer()
  // Not by sharp, whose error of a full disk has no code.
  await writeFile(toPath, png)
  signal.throwIfAborted()
}
