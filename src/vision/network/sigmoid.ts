// The logistic function: a network's raw score as a probability.

export function sigmoid(score: number): number {
  return 1 / (1 + Math.exp(-score))
}

/** Prepares the sigmoid of every number between fixed arrays of the same length. */
export function planSigmoid(input: Float32Array, output: Float32Array): () => void {
  return () => {
    for (let i = 0; i < output.length; i++) output[i] = sigmoid(input[i]!)
  }
}
