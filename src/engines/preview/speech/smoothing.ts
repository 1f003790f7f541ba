// Filters over whole curves, the future included: the recording is known to its end, so that smoothing delays nothing and
// the lips keep time with the voice.

/** A Gaussian average with the given standard deviation in samples. Beyond its ends the curve goes on as it ended. */
export function smooth(curve: Float32Array, sigma: number): Float32Array {
  const radius = Math.ceil(3 * sigma)
  const kernel = gaussianKernel(sigma, radius)
  const last = curve.length - 1
  return curve.map((_, i) => {
    const inside = i >= radius && i + radius <= last
    let sum = 0
    for (let k = -radius; k <= radius; k++) {
      const at = inside ? i + k : Math.min(last, Math.max(0, i + k))
      sum += curve[at]! * kernel[k + radius]!
    }
    return sum
  })
}

function gaussianKernel(sigma: number, radius: number): Float64Array {
  const kernel = Float64Array.from({ length: 2 * radius + 1 }, (_, i) =>
    Math.exp(-0.5 * ((i - radius) / sigma) ** 2),
  )
  const sum = kernel.reduce((total, weight) => total + weight, 0)
  return kernel.map((weight) => weight / sum)
}

/** The largest value within `radius` samples on either side. */
export function slidingMax(curve: Float32Array, radius: number): Float32Array {
  return slidingExtreme(curve, radius, (a, b) => a >= b)
}

/** The smallest value within `radius` samples on either side. */
export function slidingMin(curve: Float32Array, radius: number): Float32Array {
  return slidingExtreme(curve, radius, (a, b) => a <= b)
}

/** Keeps a queue of candidates, the best first, each beating all that came before it: every sample enters and leaves once. */
function slidingExtreme(
  curve: Float32Array,
  radius: number,
  beats: (a: number, b: number) => boolean,
): Float32Array {
  const result = new Float32Array(curve.length)
  const candidates = new Uint32Array(curve.length)
  let head = 0
  let tail = 0
  for (let i = 0; i < curve.length + radius; i++) {
    if (i < curve.length) {
      while (tail > head && beats(curve[i]!, curve[candidates[tail - 1]!]!)) tail--
      candidates[tail++] = i
    }
    const centre = i - radius
    if (centre < 0) continue
    while (candidates[head]! < centre - radius) head++
    result[centre] = curve[candidates[head]!]!
  }
  return result
}

/** Removes peaks narrower than 2 * radius + 1 samples and leaves everything wider as it is (a morphological opening). */
export function withoutNarrowPeaks(curve: Float32Array, radius: number): Float32Array {
  return slidingMax(slidingMin(curve, radius), radius)
}
