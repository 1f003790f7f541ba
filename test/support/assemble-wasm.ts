// Assembles the WebAssembly text of the hub. For developers: `npm run build:wasm` writes each .wasm beside its .wat, the tests
// of those rooms compare the two.
import { readFile, writeFile } from 'node:fs/promises'
import wabt from 'wabt'

const SOURCE = new URL('../../src/', import.meta.url)

/** Every file of WebAssembly text in src/, without its ending. */
const MODULES = [
  'engines/preview/raster/draw-triangles',
  'vision/network/network-kernel',
  'vision/sample-square',
] as const

/** Memory shared between threads, and arithmetic on many numbers at a time. */
const FEATURES = { threads: true, simd: true, relaxed_simd: true, bulk_memory: true }

/** The code that lies in src/. */
export function shippedWasm(name: (typeof MODULES)[number]): Promise<Uint8Array> {
  return readFile(new URL(`${name}.wasm`, SOURCE))
}

export async function assembleWasm(name: (typeof MODULES)[number]): Promise<Uint8Array> {
  const assembler = await wabt()
  const text = await readFile(new URL(`${name}.wat`, SOURCE), 'utf8')
  const module = assembler.parseWat(`${name}.wat`, text, FEATURES)
  try {
    return module.toBinary({}).buffer
  } finally {
    module.destroy()
  }
}

if (import.meta.main) {
  for (const name of MODULES)
    await writeFile(new URL(`${name}.wasm`, SOURCE), await assembleWasm(name))
}
