// Changes one byte of a file as a failing disk does: no program wrote, so the file keeps its length and its times.
import { open, stat, utimes } from 'node:fs/promises'

export async function flipByte(path: string, at: number): Promise<void> {
  const { atime, mtime } = await stat(path)
  const file = await open(path, 'r+')
  const byte = Buffer.alloc(1)
  await file.read(byte, 0, 1, at)
  byte[0]! ^= 1
  await file.write(byte, 0, 1, at)
  await file.close()
  await utimes(path, atime, mtime)
}
