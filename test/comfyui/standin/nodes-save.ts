// SaveImage and SaveAnimatedPNG of ComfyUI itself: numbered files in the output folder, real pictures of the true size.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { BLACK_KEY, drawAnimatedPng, drawPng, type FrameToDraw } from './drawn-png.ts'
import { imagesOf } from './nodes-images.ts'
import { nextName, type OutputFile } from './nodes-video.ts'
import type { NodeBehaviour, NodeCall, NodeResult } from './run-context.ts'
import { type Images, toNumber, toText } from './values.ts'

const SAVING_STARTS = 0.97

export const SAVE_NODES: Readonly<Record<string, NodeBehaviour>> = {
  SaveImage: saveImages,
  SaveAnimatedPNG: saveAnimation,
}

async function saveImages({ inputs, run }: NodeCall): Promise<NodeResult> {
  const images = imagesOf(inputs.images)
  const { folder, subfolder, stem } = await nextName(
    run.folders.output,
    toText(inputs.filename_prefix, 'ComfyUI'),
  )
  await run.reached(SAVING_STARTS)
  const first = Number(stem.slice(-5))
  const name = stem.slice(0, -5)
  const files: OutputFile[] = []
  const fault = run.frameFault()
  for (const frame of framesOf(images, fault)) {
    const filename = `${name}${String(first + files.length).padStart(5, '0')}_.png`
    const path = join(folder, filename)
    if (images.drawn === undefined) await run.media.writeFirstFrame(images, path, run.signal)
    else await writeFile(path, fault === 'damaged' ? halfOf(drawPng(frame)) : drawPng(frame))
    files.push({ filename, subfolder, type: 'output' })
  }
  return { outputs: [images], ui: { images: files } }
}

async function saveAnimation({ inputs, run }: NodeCall): Promise<NodeResult> {
  const images = imagesOf(inputs.images)
  const { folder, subfolder, stem } = await nextName(
    run.folders.output,
    toText(inputs.filename_prefix, 'ComfyUI'),
  )
  const filename = `${stem}_.png`
  await writeFile(
    join(folder, filename),
    drawAnimatedPng(framesOf(images, null), toNumber(inputs.fps, 6)),
  )
  const file: OutputFile = { filename, subfolder, type: 'output' }
  return { outputs: [images], ui: { images: [file], animated: [true] } }
}

export function halfOf(png: Buffer): Buffer {
  return png.subarray(0, png.length / 2)
}

/** @param fault the way in which the window comes out wrong */
export function framesOf(
  { width, height, frames, drawn }: Images,
  fault: ReturnType<NodeCall['run']['frameFault']>,
): readonly FrameToDraw[] {
  const size = fault === 'wrong_size' ? { width: width / 2, height } : { width, height }
  const key = fault === 'black' ? BLACK_KEY : (drawn?.key ?? '')
  const count = fault === 'few' ? frames - 1 : frames
  return Array.from({ length: count }, (_, index) => ({
    ...size,
    key,
    index: fault === 'identical' ? 0 : (drawn?.from ?? 0) + index,
  }))
}
