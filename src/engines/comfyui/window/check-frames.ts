// Checks that the frames of a window can show a talking person. A ComfyUI whose numbers became NaN, or a changed workflow, also
// returns pictures: black ones, one picture repeated, another size. Nothing that a sampler can make is rejected.
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { Size } from '@infinitetalk/arithmetic'
import sharp from 'sharp'
import { AppError } from '../../../domain/errors.ts'

const SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex')
/** Signature, length and name of the first chunk, width and height. */
const HEAD_BYTES = 24
/** Length, name and checksum of the last chunk, which has no content. */
const END = Buffer.from('0000000049454e44ae426082', 'hex')
/** The VAE makes 4 frames of one latent: so few may be equal to the bit where nothing moves. */
const FRAMES_OF_A_LATENT = 4
/** From 0 to 255. NaN becomes 0; even the darkest scene has a light somewhere. */
const BLACK_BELOW = 3
/** A picture is shrunk to so many pixels a side: a light smaller than one of them is noise. */
const PROBE_SIDE = 8

/** How the frames of one window compare. */
export interface ReadFrames {
  /** Every byte is the same in all of them. */
  readonly areEqual: boolean
}

/** @throws AppError `output_invalid` for a file that is no whole PNG of this size */
export async function readFrames(
  paths: readonly string[],
  size: Size,
  window: number,
): Promise<ReadFrames> {
  const hashes = new Set<string>()
  for (const path of paths) {
    const png = await readFile(path)
    if (!isWholePng(png)) throw unreadable(window)
    const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)]
    if (width !== size.width || height !== size.height) {
      const what = `is ${width}x${height} instead of ${size.width}x${size.height}`
      throw invalid(window, what, 'Remove nodes of the workflow that resize its frames')
    }
    hashes.add(createHash('sha1').update(png).digest('hex'))
  }
  return { areEqual: paths.length > FRAMES_OF_A_LATENT && hashes.size === 1 }
}

export function isWholePng(png: Buffer): boolean {
  return png.length >= HEAD_BYTES && png.subarray(0, 8).equals(SIGNATURE) && png.includes(END)
}

export interface SeenFrames extends ReadFrames {
  readonly window: number
  readonly frames: number
  /** The brightest place of each frame that could be decoded, 0 to 255. */
  readonly brightest: readonly number[]
  /** The picture that the window began with. Asked for only when the frames are black. */
  readonly startPicture: () => Promise<string>
}

/** @throws AppError `output_invalid` for frames that are black though the picture is not, or all the same */
export async function checkLook(seen: SeenFrames): Promise<void> {
  const { window, frames, brightest, areEqual, startPicture } = seen
  if (brightest.length !== frames) throw unreadable(window)
  if (brightest.every((level) => level < BLACK_BELOW)) {
    if (await isBlack(await startPicture())) return
    const remedy =
      'The model or the VAE computed no numbers: start ComfyUI with --bf16-vae or --fp32-vae, or use other model files'
    throw invalid(window, 'is black', remedy)
  }
  if (!areEqual) return
  const remedy =
    'The sampler did not run: check steps, LoRAs and model files, and the links of the workflow'
  throw invalid(window, 'is one frame, repeated', remedy)
}

async function isBlack(path: string): Promise<boolean> {
  const pixels = await sharp(path)
    .resize({ width: PROBE_SIDE, height: PROBE_SIDE, fit: 'fill' })
    .greyscale()
    .raw()
    .toBuffer()
  return pixels.every((level) => level < BLACK_BELOW)
}

function unreadable(window: number): AppError {
  const remedy = 'Look for free disk space where ComfyUI runs'
  return invalid(window, 'has a frame that is not a whole PNG', remedy)
}

function invalid(window: number, what: string, remedy: string): AppError {
  const detail = `Window ${window} of the render ${what}. ${remedy}.`
  return new AppError('output_invalid', detail, { meta: { window } })
}
