// Names the member, option or value that was probably meant. Optimal string alignment distance: an insertion, deletion,
// replacement or swap of two neighbours costs 1; the alphabets here are short names, so the plain table is fast enough.

/** Longer names are never typos of ours, and the table grows with the square of the length. */
const MAX_NAME_CHARS = 64

/** The closest known name within a third of the given name's length, or null when nothing is close. */
export function didYouMean(given: string, known: Iterable<string>): string | null {
  if (given.length > MAX_NAME_CHARS) return null
  const wanted = simplify(given)
  let best: string | null = null
  let bestDistance = Math.max(1, Math.floor(wanted.length / 3)) + 1
  for (const name of known) {
    const distance = editDistance(wanted, simplify(name))
    if (distance < bestDistance) {
      best = name
      bestDistance = distance
    }
  }
  return best
}

/** camelCase, kebab-case and snake_case of one name are the same name: "maxFrames" means "max_frames". */
function simplify(name: string): string {
  return name.toLowerCase().replaceAll(/[-_ ]/g, '')
}

export function editDistance(from: string, to: string): number {
  let beforePrevious: number[] = []
  let previous = Array.from({ length: to.length + 1 }, (_, column) => column)
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row]
    for (let column = 1; column <= to.length; column += 1) {
      const replaced = from[row - 1] === to[column - 1] ? 0 : 1
      let distance = Math.min(
        previous[column]! + 1,
        current[column - 1]! + 1,
        previous[column - 1]! + replaced,
      )
      const swapped =
        row > 1 &&
        column > 1 &&
        from[row - 1] === to[column - 2] &&
        from[row - 2] === to[column - 1]
      if (swapped) distance = Math.min(distance, beforePrevious[column - 2]! + 1)
      current.push(distance)
    }
    beforePrevious = previous
    previous = current
  }
  return previous[to.length]!
}
