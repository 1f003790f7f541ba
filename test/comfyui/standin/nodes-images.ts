// Pictures: loading, resizing, counting, cutting. Sizes and counts are true; pixels are not touched.
import { readFileSync } from 'node:fs'
import { framesOfPng } from './drawn-png.ts'
import { NotMedia } from './media.ts'
import { type NodeBehaviour, type NodeCall, NodeError, type NodeResult } from './run-context.ts'
import { type Images, OPAQUE, ofKind, toNumber, toText, type Value } from './values.ts'

/** ImageResizeKJv2 works in batches of this many pictures. */
const RESIZE_BATCH = 64
const BYTES_PER_VALUE = 4

export const IMAGE_NODES: Readonly<Record<string, NodeBehaviour>> = {
  LoadImage: loadImage,
  LoadImageMask: loadImage,
  EmptyImage: ({ inputs }) => {
    const [width, height] = [toNumber(inputs.width, 512), toNumber(inputs.height, 512)]
    return images({ width, height, frames: toNumber(inputs.batch_size, 1), file: null })
  },
  RepeatImageBatch: ({ inputs }) => {
    const image = imagesOf(inputs.image)
    return images({ ...image, frames: image.frames * toNumber(inputs.amount, 1) })
  },
  ImageScale: ({ inputs }) =>
    images({
      ...imagesOf(inputs.image),
      width: toNumber(inputs.width, 512),
      height: toNumber(inputs.height, 512),
    }),
  ImageResizeKJv2: resize,
  ImageFromBatch: ({ inputs }) => images(cut(inputs.image, inputs.batch_index, inputs.length)),
  GetImageRangeFromBatch: ({ inputs }) => {
    const range = cut(inputs.images, inputs.start_index, inputs.num_frames)
    return { outputs: [withKind(range), OPAQUE] }
  },
  GetImageSizeAndCount: ({ inputs }) => {
    const image = imagesOf(inputs.image)
    const { width, height, frames } = image
    return {
      outputs: [image, width, height, frames],
      ui: { text: [`${frames}x${width}x${height}`] },
    }
  },
}

export function imagesOf(value: Value | undefined): Images {
  const found = ofKind(value, 'images')
  if (found === null)
    throw new NodeError('AttributeError', "'NoneType' object has no attribute 'shape'")
  return found
}

async function loadImage({ inputs, run }: NodeCall): Promise<NodeResult> {
  const name = toText(inputs.image)
  const file = run.findFile(name)
  if (file === null)
    throw new NodeError('FileNotFoundError', `[Errno 2] No such file or directory: '${name}'`)
  try {
    const { width, height } = await run.media.picture(file, run.signal)
    const image = withKind({ width, height, frames: framesOfPng(readFileSync(file)), file })
    return { outputs: [image, OPAQUE] }
  } catch (error) {
    if (!(error instanceof NotMedia)) throw error
    throw new NodeError('PIL.UnidentifiedImageError', `cannot identify image file '${file}'`)
  }
}

function resize({ inputs, run }: NodeCall): NodeResult {
  const image = imagesOf(inputs.image)
  const wanted = {
    width: toNumber(inputs.width, 512) || image.width,
    height: toNumber(inputs.height, 512) || image.height,
  }
  const { width, height } = inputs.keep_proportion === 'resize' ? fitInto(image, wanted) : wanted
  const divisor = toNumber(inputs.divisible_by, 0)
  const resized = withKind({
    ...image,
    width: divisor > 1 ? width - (width % divisor) : width,
    height: divisor > 1 ? height - (height % divisor) : height,
  })
  const { frames } = resized
  const values = frames * resized.width * resized.height * 3
  const megabytes = ((values * BYTES_PER_VALUE) / 1024 / 1024).toFixed(2)
  if (frames > RESIZE_BATCH) {
    const row = (text: string) => run.sendText(`<tr><td>Resize v2</td><td>${text}</td></tr>`)
    const batches = Math.ceil(frames / RESIZE_BATCH)
    row(`estimated output ~${megabytes} MB; batching ${RESIZE_BATCH}/${frames}`)
    for (let batch = 1; batch <= batches; batch += 1) {
      row(`batch ${batch}/${batches} · images ${Math.min(frames, batch * RESIZE_BATCH)}/${frames}`)
    }
  }
  const bold = (text: string | number) => `<b>${text}</b>`
  const size = `${bold(frames)} x ${bold(resized.width)} x ${bold(`${resized.height} | ${megabytes}MB`)}`
  run.sendText(`<tr><td>Output: </td><td>${size}</td></tr>`)
  return { outputs: [resized, resized.width, resized.height, OPAQUE] }
}

function fitInto(image: Images, box: { readonly width: number; readonly height: number }) {
  const ratio = Math.min(box.width / image.width, box.height / image.height)
  return { width: Math.round(image.width * ratio), height: Math.round(image.height * ratio) }
}

function cut(from: Value | undefined, start: Value | undefined, count: Value | undefined): Images {
  const image = imagesOf(from)
  const first = Math.max(0, toNumber(start, 0))
  const { drawn } = image
  return withKind({
    ...image,
    frames: Math.max(1, Math.min(image.frames - first, toNumber(count, 1))),
    ...(drawn === undefined ? {} : { drawn: { ...drawn, from: drawn.from + first } }),
  })
}

function withKind(image: Omit<Images, 'kind'>): Images {
  return { ...image, kind: 'images' }
}

function images(image: Omit<Images, 'kind'>): NodeResult {
  return { outputs: [withKind(image)] }
}
