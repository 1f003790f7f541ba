// The order of the takes in the list that was shown last: the next and the previous one of an open take.

let order: readonly string[] = []

export function keepOrder(ids: readonly string[]): void {
  order = ids
}

/** null: there is none, or no list was shown. */
export function neighbourOf(id: string, by: 1 | -1): string | null {
  const at = order.indexOf(id)
  return at < 0 ? null : (order[at + by] ?? null)
}
