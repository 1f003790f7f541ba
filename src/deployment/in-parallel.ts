// The same work for many things, a few of them at a time.

/** @returns the results in the order of the items. The first failure stops the others, and is what is thrown. */
export async function inParallel<Item, Result>(
  items: readonly Item[],
  lanes: number,
  work: (item: Item, signal: AbortSignal) => Promise<Result>,
  signal: AbortSignal,
): Promise<readonly Result[]> {
  const results: Result[] = []
  const stop = new AbortController()
  const together = AbortSignal.any([signal, stop.signal])
  let next = 0
  let failure: { readonly thrown: unknown } | null = null
  const lane = async (): Promise<void> => {
    while (next < items.length && failure === null) {
      const index = next
      next += 1
      try {
        results[index] = await work(items[index] as Item, together)
      } catch (thrown) {
        failure ??= { thrown }
        stop.abort()
      }
    }
  }
  await Promise.all(Array.from({ length: lanes }, lane))
  if (failure !== null) throw (failure as { readonly thrown: unknown }).thrown
  return results
}
