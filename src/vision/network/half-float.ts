// Weights are shipped as IEEE 754 half floats; this widens them. A table of all 65536 values would be slower to build
// than the one-time conversion of the whole model is.

const EXPONENT_BIAS = 15
const MANTISSA_STEPS = 1024

/** The number behind the 16 bits of an IEEE 754 binary16 value. */
export function fromHalfFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 0x1f
  const mantissa = bits & 0x3ff
  if (exponent === 0) return (sign * mantissa * 2 ** (1 - EXPONENT_BIAS)) / MANTISSA_STEPS
  if (exponent === 0x1f) return mantissa === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN
  return sign * (1 + mantissa / MANTISSA_STEPS) * 2 ** (exponent - EXPONENT_BIAS)
}
