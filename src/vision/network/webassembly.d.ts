// The part of the WebAssembly interface that the engine uses: TypeScript knows it as a part of browsers only.
declare namespace WebAssembly {
  interface MemoryDescriptor {
    readonly initial: number
    readonly maximum: number
    readonly shared: true
  }

  /** A memory that threads share. */
  class Memory {
    constructor(descriptor: MemoryDescriptor)
    /** A view of all of it; after `grow()` it is another, larger one on the same memory. */
    readonly buffer: SharedArrayBuffer
    /** Adds pages of 64 KiB; returns how many there were before. */
    grow(pages: number): number
  }

  class Module {
    constructor(code: Uint8Array)
  }

  class Instance {
    constructor(module: Module, imports: Record<string, Record<string, Memory>>)
    readonly exports: Readonly<Record<string, unknown>>
  }
}
