// The lead of a piece as one file: the PNGs of its frames before the cut, one after the other, as they came.
import { readFile, writeFile } from 'node:fs/promises'
import { AppError } from '../../../domain/errors.ts'

/** Length, name and checksum around the content of a chunk. */
const CHUNK_FRAME_BYTES = 12
const SIGNATURE_BYTES = 8

export async function writeLead(picturePaths: readonly string[], toPath: string): Promise<void> {
  const pictures: Buffer[] = []
  for (const path of picturePaths) pictures.push(await readFile(path))
  await writeFile(toPath, pictures)
}

/** @throws AppError `output_invalid` */
export async function readLead(path: string): Promise<readonly Buffer[]> {
  const file = await readFile(path)
  const pictures: Buffer[] = []
  let start = 0
  for (let at = SIGNATURE_BYTES; at + CHUNK_FRAME_BYTES <= file.length; ) {
    const isLast = file.toString('latin1', at + 4, at + 8) === 'IEND'
    at += CHUNK_FRAME_BYTES + file.readUInt32BE(at)
    if (!isLast) continue
    pictures.push(file.subarray(start, at))
    start = at
    at += SIGNATURE_BYTES
  }
  if (start === file.length && pictures.length > 0) return pictures
  throw new AppError(
    'output_invalid',
    'The stored lead of a piece is no row of whole PNGs any more.',
  )
}
