// A function given by points with straight lines between them; constant before the first and after the last.

export class Polyline {
  readonly #xs: readonly number[]
  readonly #ys: readonly number[]

  /** @param xs ascending */
  constructor(xs: readonly number[], ys: readonly number[]) {
    this.#xs = xs
    this.#ys = ys
  }

  at(x: number): number {
    const xs = this.#xs
    const ys = this.#ys
    const last = xs.length - 1
    if (x <= xs[0]!) return ys[0]!
    for (let i = 1; i <= last; i++) {
      if (x > xs[i]!) continue
      const length = xs[i]! - xs[i - 1]!
      const share = length > 0 ? (x - xs[i - 1]!) / length : 1
      return ys[i - 1]! + share * (ys[i]! - ys[i - 1]!)
    }
    return ys[last]!
  }
}
