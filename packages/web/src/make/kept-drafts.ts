// Drafts that outlive a reload, in the browser's own database: what was chosen, named, and its choices. The bytes are kept too, because
// the hub deletes uploads that nobody uses.
import { keepInTab } from '../hub/page-storage.ts'
import type { Trim } from '../sound/sound.ts'
import type { Medium } from './medium.ts'
import type { Options } from './options.ts'

interface KeptVoice {
  readonly medium: Medium | null
  readonly trim: Trim | null
}

export interface KeptDraft {
  readonly id: string
  /** Empty: it is called like its picture and voice. */
  readonly name: string
  readonly changedAtMs: number
  readonly visual: Medium | null
  /** The second one is kept even while there is one speaker. */
  readonly voices: readonly KeptVoice[]
  /** Further voices, each for a video of its own; missing in a draft of an older page. */
  readonly pile?: readonly Medium[] | undefined
  /** Names of files that were too large to keep; missing in a draft of an older page. */
  readonly unkept?: { readonly inputs: readonly string[]; readonly pile: readonly string[] }
  readonly options: Options
}

/** The id of the draft that this tab shows. */
export const CURRENT_DRAFT = 'infinitetalk.draft'
const DATABASE = 'infinitetalk'
const STORE = 'drafts'
/** The oldest are dropped beyond this. */
const MAX_DRAFTS = 20
/** Larger files are not copied into the browser's database. */
const MAX_BYTES = 200_000_000

/** Newest first; empty where the browser forbids storage. */
export async function readDrafts(): Promise<readonly KeptDraft[]> {
  const all = await withStore('readonly', (store) => store.getAll() as IDBRequest<KeptDraft[]>)
  return (all ?? []).toSorted((a, b) => b.changedAtMs - a.changedAtMs)
}

export async function keepDraft(draft: KeptDraft): Promise<void> {
  await withStore('readwrite', (store) => store.put(whatIsKept(draft)))
  const older = (await readDrafts()).slice(MAX_DRAFTS)
  for (const { id } of older) await dropDraft(id)
}

/** The draft without the files that are too large. */
export function whatIsKept(draft: KeptDraft): KeptDraft {
  const visual = small(draft.visual)
  const voices = draft.voices.map(({ medium, trim }) => ({ medium: small(medium), trim }))
  const pile = first(draft.pile ?? [])
  const inputs = [draft.visual, ...draft.voices.map(({ medium }) => medium)]
  const unkept = {
    inputs: namesOf(inputs.filter((medium) => small(medium) === null)),
    pile: namesOf((draft.pile ?? []).filter((medium) => !pile.includes(medium))),
  }
  return { ...draft, visual, voices, pile, unkept }
}

export async function dropDraft(id: string): Promise<void> {
  await withStore('readwrite', (store) => store.delete(id))
}

/** Called at sign-out: the next person must not see them. */
export async function forgetDrafts(): Promise<void> {
  keepInTab(CURRENT_DRAFT, null)
  await withStore('readwrite', (store) => store.clear())
}

function small(medium: Medium | null): Medium | null {
  if (medium?.blob == null || medium.blob.size <= MAX_BYTES) return medium
  return medium.source === null ? null : { ...medium, blob: null }
}

function namesOf(media: readonly (Medium | null)[]): readonly string[] {
  return media.flatMap((medium) => (medium === null ? [] : [medium.name]))
}

/** Those that fit into the bound together. */
function first(media: readonly Medium[]): readonly Medium[] {
  let bytes = 0
  return media.filter(({ blob }) => {
    const size = blob?.size ?? 0
    if (bytes + size > MAX_BYTES) return false
    bytes += size
    return true
  })
}

/** null where the browser forbids storage or it is full: the draft then lasts until the page is left. */
async function withStore<Value>(
  mode: IDBTransactionMode,
  use: (store: IDBObjectStore) => IDBRequest<Value>,
): Promise<Value | null> {
  try {
    const database = await open()
    try {
      return await answerOf(use(database.transaction(STORE, mode).objectStore(STORE)))
    } finally {
      database.close()
    }
  } catch {
    return null
  }
}

function open(): Promise<IDBDatabase> {
  const request = indexedDB.open(DATABASE, 1)
  request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: 'id' })
  return answerOf(request)
}

function answerOf<Value>(request: IDBRequest<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}
