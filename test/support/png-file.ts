// PNG files whose pixels are all zero, of any size: a bomb is a few kilobytes.
import { crc32, deflateSync } from 'node:zlib'

/** An 8-bit grey picture of `width` x `height` black pixels. */
export function blackPng(width: number, height: number): Buffer {
  return pngOf(width, height, deflateSync(Buffer.alloc((width + 1) * height), { level: 9 }))
}

/** Claims a size and holds one row. */
export function lyingPng(width: number, height: number): Buffer {
  return pngOf(width, height, deflateSync(Buffer.alloc(width + 1), { level: 9 }))
}

function pngOf(width: number, height: number, data: Buffer): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 0, 0, 0, 0], 8)
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  const end = Buffer.alloc(0)
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', data), chunk('IEND', end)])
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const length = Buffer.alloc(4)
  length.writeUInt32BE(data.length)
  const checksum = Buffer.alloc(4)
  checksum.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, checksum])
}
