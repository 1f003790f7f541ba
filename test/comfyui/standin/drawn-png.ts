// Pictures of the stand-in's window graph: a colour that depends on all inputs of the window, and a bar that moves with each frame.
// Equal inputs give equal bytes, so a lost or wrong handover changes every later frame.
import { createHash } from 'node:crypto'
import { crc32, deflateSync } from 'node:zlib'

export interface FrameToDraw {
  readonly width: number
  readonly height: number
  readonly key: string
  readonly index: number
}

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
const BAR_STEP = 2
/** Differs from every other frame: see drawFrame. */
export const BLACK_KEY = 'black'

export function drawPng(frame: FrameToDraw): Buffer {
  const { width, height } = frame
  return Buffer.concat([SIGNATURE, header(width, height), chunk('IDAT', compress(frame)), END])
}

/** All frames in one file, as SaveAnimatedPNG writes them. */
export function drawAnimatedPng(frames: readonly FrameToDraw[], framesPerSecond: number): Buffer {
  const [first] = frames
  if (first === undefined) throw new Error('an animation without a frame')
  const { width, height } = first
  let sequence = 0
  const animation = Buffer.alloc(8)
  animation.writeUInt32BE(frames.length, 0)
  const chunks = frames.flatMap((frame, index) => {
    const control = Buffer.alloc(26)
    control.writeUInt32BE(sequence++, 0)
    control.writeUInt32BE(width, 4)
    control.writeUInt32BE(height, 8)
    control.writeUInt16BE(Math.round(1000 / framesPerSecond), 20)
    control.writeUInt16BE(1000, 22)
    const data = compress(frame)
    if (index === 0) return [chunk('fcTL', control), chunk('IDAT', data)]
    const number = Buffer.alloc(4)
    number.writeUInt32BE(sequence++, 0)
    return [chunk('fcTL', control), chunk('fdAT', Buffer.concat([number, data]))]
  })
  const about = [header(width, height), chunk('acTL', animation)]
  return Buffer.concat([SIGNATURE, ...about, ...chunks, END])
}

/** The number of frames as Pillow counts them: it ignores chunks after a truncation. */
export function framesOfPng(content: Buffer): number {
  if (!content.subarray(0, 8).equals(SIGNATURE)) return 1
  let frames = 0
  let isAnimated = false
  for (let at = 8; at + 12 <= content.length; ) {
    const length = content.readUInt32BE(at)
    const type = content.toString('latin1', at + 4, at + 8)
    if (type === 'acTL') isAnimated = true
    const isWhole = at + 12 + length <= content.length
    if (isWhole && (type === 'IDAT' || type === 'fdAT'))
      frames += type === 'IDAT' && frames > 0 ? 0 : 1
    at += 12 + length
  }
  return isAnimated ? Math.max(1, frames) : 1
}

function compress({ width, height, key, index }: FrameToDraw): Buffer {
  const isBlack = key === BLACK_KEY
  const color = isBlack ? Buffer.alloc(3) : createHash('sha256').update(key).digest().subarray(0, 3)
  const row = Buffer.alloc(1 + width * 3)
  for (let x = 0; x < width; x += 1) color.copy(row, 1 + x * 3)
  const barred = Buffer.from(row)
  const x = (index * BAR_STEP) % width
  if (!isBlack) barred.fill(255, 1 + x * 3, 1 + Math.min(width, x + 2) * 3)
  const rows = Array.from({ length: height }, (_, y) => (y < height / 2 ? row : barred))
  return deflateSync(Buffer.concat(rows), { level: 1 })
}

function header(width: number, height: number): Buffer {
  const data = Buffer.alloc(13)
  data.writeUInt32BE(width, 0)
  data.writeUInt32BE(height, 4)
  data.set([8, 2, 0, 0, 0], 8)
  return chunk('IHDR', data)
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const around = Buffer.alloc(8)
  around.writeUInt32BE(data.length, 0)
  around.writeUInt32BE(crc32(body), 4)
  return Buffer.concat([around.subarray(0, 4), body, around.subarray(4)])
}

const END = chunk('IEND', Buffer.alloc(0))
