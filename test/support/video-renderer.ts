// A renderer whose "video" is a generated file of any size, for tests of how large files travel. The hub trusts what a renderer has
// verified, so these tests cover only the transfer.
import { createHash } from 'node:crypto'
import { open, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Renderer } from '../../src/app/ports/renderer.ts'

const CHUNK_BYTES = 1 << 20

export function createVideoRenderer(bytes: number): Renderer {
  return {
    async render({ workDir, spec }) {
      const path = join(workDir, 'video.mp4')
      const posterPath = join(workDir, 'poster.jpg')
      await writeFile(posterPath, 'still')
      const sha256 = await writePattern(path, bytes)
      const size = { width: 64, height: 64, fps: 25, frames: 25, seconds: 1 }
      const facts = { path, posterPath, bytes, sha256, ...size, warnings: [] }
      return { ...facts, engine: 'noop', seed: spec.seed ?? 0 }
    },
  }
}

/** Not zeros: a hole in a file would cost neither disk nor memory. */
async function writePattern(path: string, bytes: number): Promise<string> {
  const hash = createHash('sha256')
  const chunk = Buffer.alloc(CHUNK_BYTES, 'infinitetalk')
  const file = await open(path, 'wx')
  try {
    for (let written = 0; written < bytes; written += chunk.length) {
      const part = chunk.subarray(0, Math.min(chunk.length, bytes - written))
      hash.update(part)
      await file.writeFile(part)
    }
  } finally {
    await file.close()
  }
  return hash.digest('hex')
}
