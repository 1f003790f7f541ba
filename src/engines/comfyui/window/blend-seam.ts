// Joins two pieces of a video: the last window of the earlier piece gradually takes on the colours of the later one, whose drift starts
// anew, and its last frames are crossfaded with the same frames as the later piece shows them.
import { readFile, writeFile } from 'node:fs/promises'
import sharp from 'sharp'
import { AppError } from '../../../domain/errors.ts'
import { readLead } from './lead-file.ts'

/** A larger change of contrast is a change of the scene, not of its colours. */
const MAX_CONTRAST = 1.5
/** Levels of 255 that nobody sees. */
const UNSEEN = 0.25
const CHANNELS = 3

/** value * gain + offset, for each channel. */
interface ColorMatch {
  readonly gains: readonly number[]
  readonly offsets: readonly number[]
}

/**
 * Rewrites the pictures where they lie.
 *
 * @param picturePaths of the last window before the cut, in order
 * @param leadPath the frames before the cut as the later piece shows them, without loss
 * @throws AppError `output_invalid`
 */
export async function blendSeam(picturePaths: readonly string[], leadPath: string): Promise<void> {
  const lead = await readLead(leadPath)
  const before = picturePaths.length - lead.length
  if (before < 0) {
    throw new AppError(
      'output_invalid',
      'The last window of a piece is shorter than its crossfade.',
    )
  }
  const tail = await Promise.all(picturePaths.slice(before).map((path) => readFile(path)))
  const match = matchColors(await levelsOf(tail), await levelsOf(lead))
  for (const [index, path] of picturePaths.entries()) {
    const png = await readFile(path)
    const matched = await recolor(png, match, Math.min(1, (index + 1) / (before + 1)))
    const over = lead[index - before]
    if (over === undefined) {
      if (matched !== null) await writePicture(matched, path)
      continue
    }
    const share = (index - before + 1) / (lead.length + 1)
    await writePicture(crossfade(matched ?? (await decode(png)), await decode(over), share), path)
  }
}

async function writePicture({ pixels, width, height }: Picture, path: string): Promise<void> {
  const raw = { width, height, channels: CHANNELS } as const
  await writeFile(path, await sharp(pixels, { raw }).png({ compressionLevel: 1 }).toBuffer())
}

interface Levels {
  readonly mean: readonly number[]
  readonly deviation: readonly number[]
}

async function levelsOf(pictures: readonly Buffer[]): Promise<Levels> {
  const stats = await Promise.all(pictures.map((png) => sharp(png).stats()))
  const average = (member: 'mean' | 'stdev'): readonly number[] =>
    Array.from({ length: CHANNELS }, (_, channel) => {
      const sum = stats.reduce(
        (total, { channels }) => total + (channels[channel] ?? channels[0]!)[member],
        0,
      )
      return sum / stats.length
    })
  return { mean: average('mean'), deviation: average('stdev') }
}

/** By mean and spread of each channel (Reinhard). */
function matchColors(from: Levels, to: Levels): ColorMatch {
  const gains = from.deviation.map((deviation, channel) => {
    const gain = deviation < 1 ? 1 : to.deviation[channel]! / deviation
    return Math.min(MAX_CONTRAST, Math.max(1 / MAX_CONTRAST, gain))
  })
  const offsets = to.mean.map((mean, channel) => mean - gains[channel]! * from.mean[channel]!)
  return { gains, offsets }
}

interface Picture {
  readonly pixels: Buffer
  readonly width: number
  readonly height: number
}

/** @returns null where nothing changes that could be seen */
async function recolor(
  png: Buffer,
  { gains, offsets }: ColorMatch,
  share: number,
): Promise<Picture | null> {
  const gain = gains.map((value) => 1 + (value - 1) * share)
  const offset = offsets.map((value) => value * share)
  const isSeen = gain.some((value, channel) => {
    const [atBlack, atWhite] = [offset[channel]!, 255 * (value - 1) + offset[channel]!]
    return Math.max(Math.abs(atBlack), Math.abs(atWhite)) > UNSEEN
  })
  return isSeen ? decode(png, { gain, offset }) : null
}

async function decode(
  png: Buffer,
  change?: { readonly gain: number[]; readonly offset: number[] },
): Promise<Picture> {
  const plain = sharp(png).removeAlpha().toColourspace('srgb')
  const changed = change === undefined ? plain : plain.linear(change.gain, change.offset)
  const { data: pixels, info } = await changed.raw().toBuffer({ resolveWithObject: true })
  return { pixels, width: info.width, height: info.height }
}

/** @param share of the second picture, 0 to 1 */
function crossfade(from: Picture, to: Picture, share: number): Picture {
  const pixels = Buffer.alloc(from.pixels.length)
  for (let at = 0; at < pixels.length; at += 1) {
    const value = from.pixels[at]!
    pixels[at] = Math.round(value + (to.pixels[at]! - value) * share)
  }
  return { ...from, pixels }
}
