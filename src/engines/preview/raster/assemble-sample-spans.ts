// Assembles sample-spans.wat. For developers: `npm run build:wasm` writes sample-spans.wasm, the test beside it compares.
import { readFile, writeFile } from 'node:fs/promises'
import wabt from 'wabt'

const SOURCE = new URL('./sample-spans.wat', import.meta.url)
export const SAMPLE_SPANS_WASM = new URL('./sample-spans.wasm', import.meta.url)

/** Memory shared between threads, and arithmetic on four pixels at a time. */
const FEATURES = { threads: true, simd: true }

export async function assembleSampleSpans(): Promise<Uint8Array> {
  const assembler = await wabt()
  const module = assembler.parseWat('sample-spans.wat', await readFile(SOURCE, 'utf8'), FEATURES)
  try {
    return module.toBinary({}).buffer
  } finally {
    module.destroy()
  }
}

if (import.meta.main) await writeFile(SAMPLE_SPANS_WASM, await assembleSampleSpans())
