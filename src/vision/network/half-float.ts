// Weights are shipped as IEEE 754 half floats; this widens them, a million in a few milliseconds.

/** A half float's exponent is biased by 15, a float's by 127: after the bits are moved, the number is this much too small. */
const BIAS_CORRECTION = 2 ** (127 - 15)

/** The numbers behind the bits of finite IEEE 754 binary16 values, subnormal ones included; exact. */
export function widenHalfFloats(halves: Uint16Array): Float32Array {
  const numbers = new Float32Array(halves.length)
  const bits = new Uint32Array(numbers.buffer)
  for (let i = 0; i < halves.length; i++) {
    const half = halves[i]!
    const sign = (half & 0x8000) << 16
    const exponentAndMantissa = (half & 0x7fff) << (23 - 10)
    bits[i] = sign | exponentAndMantissa
  }
  for (let i = 0; i < numbers.length; i++) numbers[i]! *= BIAS_CORRECTION
  return numbers
}
