// Assembles draw-triangles.wat. For developers: `npm run build:wasm` writes draw-triangles.wasm, the test beside it compares.
import { readFile, writeFile } from 'node:fs/promises'
import wabt from 'wabt'

const SOURCE = new URL('./draw-triangles.wat', import.meta.url)
export const DRAW_TRIANGLES_WASM = new URL('./draw-triangles.wasm', import.meta.url)

/** Memory shared between threads, and arithmetic on many pixels at a time. */
const FEATURES = { threads: true, simd: true, relaxed_simd: true }

export async function assembleDrawTriangles(): Promise<Uint8Array> {
  const assembler = await wabt()
  const module = assembler.parseWat('draw-triangles.wat', await readFile(SOURCE, 'utf8'), FEATURES)
  try {
    return module.toBinary({}).buffer
  } finally {
    module.destroy()
  }
}

if (import.meta.main) await writeFile(DRAW_TRIANGLES_WASM, await assembleDrawTriangles())
