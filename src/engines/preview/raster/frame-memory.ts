// The memory that all threads of a video share: texture, still picture and frames. It belongs to WebAssembly, because the
// innermost loop of the engine works there; everyone else sees ordinary typed arrays on it.

const PAGE_BYTES = 65_536
/** Address space only: a page costs memory when it is written. */
const MAX_BYTES = 1024 ** 3

export function createFrameMemory(): WebAssembly.Memory {
  return new WebAssembly.Memory({ initial: 1, maximum: MAX_BYTES / PAGE_BYTES, shared: true })
}

/** Takes fresh, zeroed bytes for the rest of the video. */
export function allocateShared(
  memory: WebAssembly.Memory,
  bytes: number,
): Uint8Array<SharedArrayBuffer> {
  const offset = memory.grow(Math.ceil(bytes / PAGE_BYTES)) * PAGE_BYTES
  // Only the buffer as it is after growing reaches that far.
  return new Uint8Array(memory.buffer, offset, bytes)
}
