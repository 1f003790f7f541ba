// Files like those that were uploaded when the recordings were made: same names, same sizes where they are compared, same
// lengths; not the same pictures.
import { execFile } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import sharp from 'sharp'
import { FFMPEG } from '../../support/shipped-tools.ts'
import { WAV_HEADER_BYTES, wavFile } from '../../support/wav-file.ts'
import { drawAnimatedPng } from '../standin/drawn-png.ts'

const run = promisify(execFile)
const RATE = 44_100
/** The recorded WAV files carry a chunk with the name of the program. */
const LIST_CHUNK_BYTES = 34

/** Voices of the window graph are 16 kHz and mono: their length follows from their size. */
const MONO_16K = /^(track|short|a|w\d+(-audio)?)\.wav$/
const HEADERS_BYTES = WAV_HEADER_BYTES + LIST_CHUNK_BYTES

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
    const frames = previousFrames(filename)
    if (frames !== null) return frames
    if (MONO_16K.test(filename)) return speech((bytes - HEADERS_BYTES) / 2 / 16_000)
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
    await run(FFMPEG, [
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

/** Files in the input folder when the real graph was recorded. */
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

/** Places the uploads of the first recording of the window graph, for those after it. */
export async function placeWindowInputs(media: RecordedMedia, inputFolder: string): Promise<void> {
  const folder = join(inputFolder, 'job1')
  await mkdir(folder, { recursive: true })
  const voices = ['w001-audio.wav', 'a.wav'].map((filename) => ({ filename, bytes: 119_724 }))
  const files = [{ filename: 'face.png', bytes: 9305, hash: 'ac376a2c' }, ...voices]
  await Promise.all(
    files.map(async (file) => writeFile(join(folder, file.filename), await media.content(file))),
  )
}

/** The last frames of a window in one animated picture; null for any other file. */
function previousFrames(filename: string): Buffer | null {
  const [, said] = filename.match(/^(?:prev|w\d+-prev)(\d|cut|ious)\.png$/) ?? []
  if (said === undefined) return null
  const count = /\d/.test(said) ? Number(said) : 9
  const frames = Array.from({ length: count }, (_, index) => ({
    width: 64,
    height: 64,
    key: 'recorded',
    index,
  }))
  const whole = drawAnimatedPng(frames, 25)
  return said === 'cut' ? whole.subarray(0, whole.length / 2) : whole
}
