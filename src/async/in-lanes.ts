// Does the same work for many things, a few at a time.

/** Rejects with the first failure; then nothing further is begun. */
export async function inLanes<T>(
  lanes: number,
  things: Iterable<T>,
  work: (thing: T) => Promise<unknown>,
): Promise<void> {
  const left = things[Symbol.iterator]()
  let isFailing = false
  const lane = async (): Promise<void> => {
    for (let next = left.next(); !next.done && !isFailing; next = left.next()) {
      await work(next.value)
    }
  }
  const fail = (error: unknown): never => {
    isFailing = true
    throw error
  }
  await Promise.all(Array.from({ length: lanes }, () => lane().catch(fail)))
}
