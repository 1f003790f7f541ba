// The power spectrum of a short window of sound: a Hamming window and a radix-2 FFT of real samples, which are packed in
// pairs into a complex FFT of half the size. Tables and scratch are made once, so that a call allocates nothing.

/** Computes spectra of one window size, a power of two. Not reentrant: each call overwrites `power`. */
export class PowerSpectrum {
  /** |X(k)|² / size for the bins k = 0 .. size/2 - 1 of the last window. */
  readonly power: Float64Array
  readonly #size: number
  readonly #hamming: Float64Array
  readonly #cosines: Float64Array
  readonly #sines: Float64Array
  readonly #bitReversed: Uint16Array
  readonly #real: Float64Array
  readonly #imaginary: Float64Array

  constructor(size: number) {
    const half = size / 2
    this.#size = size
    this.power = new Float64Array(half)
    this.#hamming = Float64Array.from(
      { length: size },
      (_, i) => 0.54 - 0.46 * Math.cos((2 * Math.PI * i) / (size - 1)),
    )
    this.#cosines = Float64Array.from({ length: half }, (_, i) =>
      Math.cos((2 * Math.PI * i) / size),
    )
    this.#sines = Float64Array.from({ length: half }, (_, i) => -Math.sin((2 * Math.PI * i) / size))
    this.#bitReversed = bitReversal(half)
    this.#real = new Float64Array(half)
    this.#imaginary = new Float64Array(half)
  }

  /** Fills `power` from `size` samples that begin at `offset`. */
  compute(samples: Float32Array, offset: number): void {
    this.#pack(samples, offset)
    this.#transform()
    this.#unpack()
  }

  /** Even samples become the real part, odd samples the imaginary part, both in the order the butterflies need. */
  #pack(samples: Float32Array, offset: number): void {
    const half = this.#size / 2
    for (let i = 0; i < half; i++) {
      const even = 2 * i
      const target = this.#bitReversed[i]!
      this.#real[target] = samples[offset + even]! * this.#hamming[even]!
      this.#imaginary[target] = samples[offset + even + 1]! * this.#hamming[even + 1]!
    }
  }

  #transform(): void {
    const half = this.#size / 2
    const re = this.#real
    const im = this.#imaginary
    for (let span = 1; span < half; span *= 2) {
      const stride = half / span // of the twiddle tables, which are made for the full size
      for (let k = 0; k < span; k++) {
        const cos = this.#cosines[k * stride]!
        const sin = this.#sines[k * stride]!
        for (let a = k; a < half; a += 2 * span) {
          const b = a + span
          const turnedRe = re[b]! * cos - im[b]! * sin
          const turnedIm = re[b]! * sin + im[b]! * cos
          re[b] = re[a]! - turnedRe
          im[b] = im[a]! - turnedIm
          re[a] = re[a]! + turnedRe
          im[a] = im[a]! + turnedIm
        }
      }
    }
  }

  /** Separates the spectra of the even and the odd samples and joins them into the spectrum of all. */
  #unpack(): void {
    const half = this.#size / 2
    const re = this.#real
    const im = this.#imaginary
    for (let k = 0; k < half; k++) {
      const mirror = (half - k) % half
      const evenRe = (re[k]! + re[mirror]!) / 2
      const evenIm = (im[k]! - im[mirror]!) / 2
      const oddRe = (im[k]! + im[mirror]!) / 2
      const oddIm = (re[mirror]! - re[k]!) / 2
      const cos = this.#cosines[k]!
      const sin = this.#sines[k]!
      const binRe = evenRe + oddRe * cos - oddIm * sin
      const binIm = evenIm + oddRe * sin + oddIm * cos
      this.power[k] = (binRe * binRe + binIm * binIm) / this.#size
    }
  }
}

function bitReversal(size: number): Uint16Array {
  const bits = Math.log2(size)
  return Uint16Array.from({ length: size }, (_, i) => {
    let reversed = 0
    for (let bit = 0; bit < bits; bit++) if (i & (1 << bit)) reversed |= 1 << (bits - 1 - bit)
    return reversed
  })
}
