// Files like those that were uploaded when the recordings were made: same names, same sizes where they are compared, same
// lengths; not the same pictures.
import { execFile } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import sharp from 'sharp'
import { WAV_HEADER_BYTES, wavFile } from '../../support/wav-file.ts'

const run = promisify(execFile)
const RATE = 44_100
/** The recorded WAV files carry a chunk with the name of the program. */
const LIST_CHUNK_BYTES = 34

export interface RecordedFile {
  readonly filename: string
  readonly bytes: number
  readonly hash?: string
}

/** Makes each file once. */
export class RecordedMedia {
  readonly #folder: string
  readonly #made = new Map<string, Promise<Buffer>>()

  constructor(folder: string) {
    this.#folder = folder
  }

  content(file: RecordedFile): Promise<Buffer> {
    const key = `${file.filename} ${file.bytes} ${file.hash ?? ''}`
    const known = this.#made.get(key) ?? this.#make(file)
    this.#made.set(key, known)
    return known
  }

  async #make({ filename, bytes, hash = '' }: RecordedFile): Promise<Buffer> {
    if (bytes <= 1) return Buffer.alloc(bytes, 1)
    if (/^(corrupt|bad)/.test(filename)) return Buffer.alloc(bytes, 'no media at all ')
    const [, seconds] = filename.match(/_([\d.]+)\.wav$/) ?? []
    if (filename.endsWith('.wav')) return speech(Number(seconds ?? 2.2))
    if (filename.endsWith('.mp4')) return await this.#clip(filename)
    return await picture(Number.parseInt(hash || '0', 16) % 200)
  }

  /** Three seconds; the one of 30 pictures a second is silent. */
  async #clip(filename: string): Promise<Buffer> {
    const file = join(this.#folder, filename)
    await mkdir(this.#folder, { recursive: true })
    const isSilent = filename.includes('30')
    const rate = isSilent ? 30 : 25
    const sound = isSilent ? [] : ['-f', 'lavfi', '-i', `sine=r=${RATE}`]
    await run('ffmpeg', [
      ...['-v', 'error', '-f', 'lavfi', '-i', `testsrc=s=160x120:r=${rate}`, ...sound],
      ...['-t', '3', '-preset', 'ultrafast', '-y', file],
    ])
    return await readFile(file)
  }
}

/** 16-bit mono, as long as its name says, and as many bytes as the recorded one. */
function speech(seconds: number): Buffer {
  const plain = wavFile({ sampleRate: RATE, samples: Math.round(seconds * RATE) })
  const list = Buffer.alloc(LIST_CHUNK_BYTES)
  list.write('LIST', 0, 'latin1')
  list.writeUInt32LE(LIST_CHUNK_BYTES - 8, 4)
  // Between the format and the data.
  const format = WAV_HEADER_BYTES - 8
  return Buffer.concat([plain.subarray(0, format), list, plain.subarray(format)])
}

async function picture(shade: number): Promise<Buffer> {
  const background = { r: shade, g: 120, b: 150 }
  return await sharp({ create: { width: 160, height: 120, channels: 3, background } })
    .png()
    .toBuffer()
}

/** What lay in the input folder when the real graph was recorded. */
const REAL_INPUTS = [
  'face.png',
  'm1.png',
  'm2.png',
  'mbg.png',
  'clip25.mp4',
  'speech_b.wav',
  ...[1, 2.5, 4.5, 7.5].map((seconds) => `speech_${seconds}.wav`),
]

export async function placeRealInputs(media: RecordedMedia, inputFolder: string): Promise<void> {
  const folder = join(inputFolder, 'real')
  await mkdir(folder, { recursive: true })
  await Promise.all(
    REAL_INPUTS.map(async (filename) =>
      writeFile(join(folder, filename), await media.content({ filename, bytes: 2 })),
    ),
  )
}
