// Walks through a list of the hub page by page.
interface Page<Item> {
  readonly data: readonly Item[]
  readonly next_cursor: string | null
}

/** Every item, from the page at `cursor` on; a page is fetched when its first item is asked for. */
export async function* allPages<Item>(
  read: (cursor: string | undefined) => Promise<Page<Item>>,
  cursor: string | undefined,
): AsyncGenerator<Item, void, undefined> {
  let next = cursor
  do {
    const page = await read(next)
    yield* page.data
    next = page.next_cursor ?? undefined
  } while (next !== undefined)
}
