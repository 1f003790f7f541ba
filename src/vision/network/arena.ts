// The memory of one network: all its arrays lie in one WebAssembly.Memory, because the innermost loops work there. Arrays are
// lent to the layers while the network is planned. A later layer reuses an array that was given back, so a network needs the
// memory of its widest point, and a run allocates nothing.
import { createNetworkKernel, type NetworkKernel } from './network-kernel.ts'

const PAGE_BYTES = 65_536
/** Address space only: a network grows to what it needs, the larger of ours to 12 MB. */
const MAX_BYTES = 64 * 1024 ** 2
/** Loops read and write up to seven numbers behind an array's last pixel. */
const SLACK_BYTES = 8 * Float32Array.BYTES_PER_ELEMENT
const ALIGNMENT = 16

interface Block {
  readonly offset: number
  readonly bytes: number
}

export class Arena {
  readonly kernel: NetworkKernel
  /** Shared memory stays in its place when it grows, and so do the arrays in it. One thread uses it. */
  readonly #memory = new WebAssembly.Memory({
    initial: 1,
    maximum: MAX_BYTES / PAGE_BYTES,
    shared: true,
  })
  /** Address 0 stands for no array. */
  #used = ALIGNMENT
  readonly #lent = new Map<number, Block>()
  readonly #free: Block[] = []
  readonly #named = new Map<string, Float32Array>()

  constructor() {
    this.kernel = createNetworkKernel(this.#memory)
  }

  /** An array of exactly this length; its content is undefined. */
  take(length: number): Float32Array {
    const bytes = blockBytes(length)
    const fitting = this.#free
      .filter((block) => block.bytes >= bytes)
      .sort((a, b) => a.bytes - b.bytes)[0]
    if (fitting !== undefined) this.#free.splice(this.#free.indexOf(fitting), 1)
    const block = fitting ?? this.#append(bytes)
    this.#lent.set(block.offset, block)
    return this.#arrayAt(block, length)
  }

  /** @param array one that `take()` lent */
  giveBack(array: Float32Array): void {
    const block = this.#lent.get(array.byteOffset)
    if (block === undefined) throw new Error('The array was not lent.')
    this.#lent.delete(block.offset)
    this.#free.push(block)
  }

  /** An array of zeros that is never lent to anybody else. */
  own(length: number): Float32Array {
    return this.#arrayAt(this.#append(blockBytes(length)), length)
  }

  /** The same array for all who ask for this name: zeros at first. */
  ownNamed(name: string, length: number): Float32Array {
    const array = this.#named.get(name) ?? this.own(length)
    this.#named.set(name, array)
    return array
  }

  #append(bytes: number): Block {
    const offset = this.#used
    this.#used += bytes
    const missing = this.#used - this.#memory.buffer.byteLength
    if (missing > 0) this.#memory.grow(Math.ceil(missing / PAGE_BYTES))
    return { offset, bytes }
  }

  #arrayAt({ offset }: Block, length: number): Float32Array {
    return new Float32Array(this.#memory.buffer, offset, length)
  }
}

function blockBytes(length: number): number {
  const bytes = length * Float32Array.BYTES_PER_ELEMENT + SLACK_BYTES
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT
}
