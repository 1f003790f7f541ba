// The kinds of values that options have, besides text.
import type { OptionKind } from './command.ts'

export const WHOLE: OptionKind<number> = {
  needs: 'a whole number',
  read: (text) => (/^\d{1,15}$/.test(text) ? Number(text) : undefined),
}

export const NUMBER: OptionKind<number> = {
  needs: 'a number',
  read: (text) => (/^-?\d{1,9}(\.\d{1,9})?$/.test(text) ? Number(text) : undefined),
}

export const SECONDS: OptionKind<number> = {
  needs: 'a number of seconds',
  read(text) {
    const seconds = NUMBER.read(text) ?? 0
    return seconds > 0 ? seconds : undefined
  },
}

/** x, y, width, height. */
export type Box = [number, number, number, number]

/** The parser of requests checks the bounds. */
export const BOX: OptionKind<Box> = {
  needs: 'four numbers such as 0.1,0.2,0.3,0.5',
  read(text) {
    const numbers = text.split(',').map(Number)
    return numbers.length === 4 && numbers.every(Number.isFinite) ? (numbers as Box) : undefined
  },
}

export function choice<const T extends string>(choices: readonly T[]): OptionKind<T> {
  return {
    needs: `one of ${choices.join(', ')}`,
    read: (text) => choices.find((known) => known === text),
  }
}
