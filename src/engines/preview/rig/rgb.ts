// A colour of a picture, each part from 0 to 255.
export interface Rgb {
  readonly red: number
  readonly green: number
  readonly blue: number
}

export function brightnessOf({ red, green, blue }: Rgb): number {
  return 0.3 * red + 0.59 * green + 0.11 * blue
}
