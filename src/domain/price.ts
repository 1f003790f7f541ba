// Computes the price of a render from the hourly price of its engine, before the job is made. Only the time of the render counts, not
// the time in which a rented machine is idle.

/** `engine` null: the price of every engine without a price of its own. */
export interface Price {
  readonly engine: string | null
  readonly perHour: number
}

export interface Prices {
  /** ISO 4217, e.g. `USD`. */
  readonly currency: string
  readonly list: readonly Price[]
}

export interface Cost {
  /** In units of the currency, to a hundredth of a cent. */
  readonly amount: number
  readonly currency: string
}

export const PRICE_PATTERN = /^(?:[a-z][a-z0-9-]{0,31}=)?\d{1,7}(?:\.\d{1,6})?$/

/** @param line `comfyui=0.69`, or `0.69` for every engine; of PRICE_PATTERN */
export function parsePrice(line: string): Price {
  const at = line.indexOf('=')
  return { engine: at < 0 ? null : line.slice(0, at), perHour: Number(line.slice(at + 1)) }
}

/** null when the price of the engine or the time of the render is not known. */
export function costOf(
  engine: string,
  seconds: number | null,
  { currency, list }: Prices,
): Cost | null {
  const price =
    list.find((each) => each.engine === engine) ?? list.find((each) => each.engine === null)
  if (price === undefined || seconds === null) return null
  return { amount: Math.round((seconds / 3600) * price.perHour * 1e4) / 1e4, currency }
}
