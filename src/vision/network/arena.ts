// Lends arrays to the layers of a network while it is planned. A later layer reuses an array that was given back, so a network
// needs the memory of its widest point, and a run allocates nothing.

export class Arena {
  readonly #free: ArrayBuffer[] = []

  /** An array of exactly this length; its content is undefined. */
  take(length: number): Float32Array<ArrayBuffer> {
    const bytes = length * Float32Array.BYTES_PER_ELEMENT
    const fitting = this.#free
      .filter((buffer) => buffer.byteLength >= bytes)
      .sort((a, b) => a.byteLength - b.byteLength)[0]
    if (fitting === undefined) return new Float32Array(length)
    this.#free.splice(this.#free.indexOf(fitting), 1)
    return new Float32Array(fitting, 0, length)
  }

  giveBack(array: Float32Array<ArrayBuffer>): void {
    this.#free.push(array.buffer)
  }
}
