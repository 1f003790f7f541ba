// Decodes one picture and writes it as PNG: first frame, upright, 8-bit sRGB, transparency on neutral grey. The header is
// judged before any pixel is unpacked. Runs in the decoder's own process only: see stage-image-child.ts.
import { readFile, writeFile } from 'node:fs/promises'
import type { Size } from '@infinitetalk/arithmetic'
import sharp, { type Sharp } from 'sharp'
import { AppError } from '../domain/errors.ts'
import type { DecodeOrder } from './image-messages.ts'
import { type ImageFormat, sniffImage } from './sniff.ts'

/** Behind transparency: a grey that is neither a white halo nor a black hole around a cut-out head. */
const BACKGROUND = '#808080'

/** Every job waits for this write, and the file is temporary: speed counts, size does not. */
const FAST_COMPRESSION = 1

/** The only reader that libvips may use for each format; all others, such as SVG and ImageMagick, are disabled. */
const READERS: Readonly<Record<Exclude<ImageFormat, 'heic'>, string>> = {
  jpeg: 'VipsForeignLoadJpegBuffer',
  png: 'VipsForeignLoadPngBuffer',
  webp: 'VipsForeignLoadWebpBuffer',
  gif: 'VipsForeignLoadNsgifBuffer',
  avif: 'VipsForeignLoadHeifBuffer',
}

/** @throws AppError `image_too_large`, `image_too_small`, `image_unsupported`; any error of a decoder on a broken file */
export async function decodeImage(order: DecodeOrder): Promise<Size> {
  const bytes = await readFile(order.path)
  if (bytes.length > order.maxBytes || sniffImage(bytes) !== order.format) {
    throw new AppError('image_unreadable', `${order.name} changed while it was being read.`)
  }
  sharp.block({ operation: ['VipsForeignLoad'] })
  const picture =
    order.format === 'heic' ? await openHeic(bytes, order) : await open(bytes, order.format, order)
  const { data, info } = await (await cut(picture.autoOrient(), order))
    .resize({
      width: order.outputMaxSide,
      height: order.outputMaxSide,
      fit: 'inside',
      withoutEnlargement: true,
    })
    .flatten({ background: BACKGROUND })
    .toColourspace('srgb')
    .png({ compressionLevel: FAST_COMPRESSION, adaptiveFiltering: false, palette: false })
    .toBuffer({ resolveWithObject: true })
  await writeFile(order.outputPath, data, { flag: 'wx' })
  return { width: info.width, height: info.height }
}

async function cut(upright: Sharp, order: DecodeOrder): Promise<Sharp> {
  if (order.crop === null) return upright
  const { autoOrient: whole } = await upright.metadata()
  const [x, y, width, height] = order.crop
  const part = {
    left: Math.min(Math.round(x * whole.width), whole.width - 1),
    top: Math.min(Math.round(y * whole.height), whole.height - 1),
    width: Math.max(1, Math.round(width * whole.width)),
    height: Math.max(1, Math.round(height * whole.height)),
  }
  part.width = Math.min(part.width, whole.width - part.left)
  part.height = Math.min(part.height, whole.height - part.top)
  checkSize(part, order, `The part of ${order.name}`)
  return upright.extract(part)
}

async function open(
  bytes: Buffer,
  format: Exclude<ImageFormat, 'heic'>,
  order: DecodeOrder,
): Promise<Sharp> {
  sharp.unblock({ operation: [READERS[format]] })
  const header = await sharp(bytes, { limitInputPixels: false }).metadata()
  checkSize({ width: header.width, height: header.height }, order)
  return sharp(bytes, {
    limitInputPixels: order.maxPixels,
    failOn: 'truncated',
    sequentialRead: true,
    pages: 1,
  })
}

/** libheif applies the rotation in a HEIC file, so its EXIF orientation does not count. */
async function openHeic(bytes: Buffer, order: DecodeOrder): Promise<Sharp> {
  // Imported on demand: its WebAssembly takes longer to start than most pictures take to decode.
  const { default: decodeHeic } = await import('heic-decode')
  const pictures = await decodeHeic.all({ buffer: bytes })
  try {
    const [first] = pictures
    if (first === undefined)
      throw new AppError('image_unreadable', `${order.name} holds no picture.`)
    checkSize(first, order)
    const { data, width, height } = await first.decode()
    return sharp(data, { raw: { width, height, channels: 4 } })
  } finally {
    pictures.dispose()
  }
}

function checkSize({ width, height }: Size, order: DecodeOrder, what = order.name): void {
  const meta = { width, height }
  const picture = `${what} has ${width} x ${height} pixels`
  if (width * height > order.maxPixels) {
    throw new AppError(
      'image_too_large',
      `${picture}; at most ${order.maxPixels} in all are allowed.`,
      { meta },
    )
  }
  if (Math.max(width, height) > order.maxSide) {
    throw new AppError(
      'image_too_large',
      `${picture}; at most ${order.maxSide} on a side are allowed.`,
      { meta },
    )
  }
  if (Math.min(width, height) < order.minSide) {
    throw new AppError(
      'image_too_small',
      `${picture}; at least ${order.minSide} on a side are needed.`,
      { meta },
    )
  }
}
