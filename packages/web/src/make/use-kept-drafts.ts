// Keeps the current draft of this tab while it changes, and brings it back after a reload.
import { useEffect, useRef, useState } from 'preact/hooks'
import { keepInTab, readInTab } from '../hub/page-storage.ts'
import { CURRENT_DRAFT, dropDraft, type KeptDraft, keepDraft, readDrafts } from './kept-drafts.ts'
import { DEFAULT_OPTIONS } from './options.ts'

type Content = Omit<KeptDraft, 'id' | 'name' | 'changedAtMs'>

export interface KeptDrafts {
  /** The name of the draft that is open. */
  readonly name: string
  /** The others, newest first. */
  readonly others: readonly KeptDraft[]
  rename(name: string): void
  /** Puts the open draft aside and begins an empty one. */
  begin(): void
  open(draft: KeptDraft): void
  drop(id: string): void
}

/** Typing counts as finished after this time. */
const SETTLE_MS = 400

const EMPTY: Content = { visual: null, voices: [], pile: [], options: DEFAULT_OPTIONS }

/** @param load shows a draft that was kept */
export function useKeptDrafts(content: Content, load: (kept: Content) => void): KeptDrafts {
  const [id, setId] = useState(() => readInTab(CURRENT_DRAFT) ?? newId())
  const [name, setName] = useState('')
  const [all, setAll] = useState<readonly KeptDraft[]>([])
  const [restored, setRestored] = useState(false)
  const isTouched = useRef(false)
  useEffect(() => {
    readDrafts().then(
      (drafts) => {
        const current = drafts.find((draft) => draft.id === id)
        setAll(drafts)
        if (current !== undefined && !isTouched.current) {
          setName(current.name)
          load(current)
        }
        setRestored(true)
      },
      () => setRestored(true),
    )
  }, [])
  const { visual, voices, pile, options } = content
  const isEmpty =
    visual === null && voices.every(({ medium }) => medium === null) && options === DEFAULT_OPTIONS
  if (!isEmpty && !restored) isTouched.current = true
  useEffect(() => {
    if (restored) keepInTab(CURRENT_DRAFT, isEmpty ? null : id)
  }, [restored, isEmpty, id])
  const save = (): void => {
    const draft = { id, name, changedAtMs: Date.now(), visual, voices, pile, options }
    setAll((before) => [draft, ...before.filter((one) => one.id !== id)])
    keepDraft(draft).catch(() => {})
  }
  useEffect(() => {
    if (!restored || isEmpty) return
    const timer = setTimeout(save, SETTLE_MS)
    return () => clearTimeout(timer)
  }, [restored, isEmpty, id, name, visual, voices, pile, options])
  const show = (nextId: string, nextName: string, next: Content): void => {
    // The newest changes are not kept yet.
    if (!isEmpty) save()
    setId(nextId)
    setName(nextName)
    load(next)
  }
  return {
    name,
    others: all.filter((draft) => draft.id !== id),
    rename: setName,
    begin: () => show(newId(), '', EMPTY),
    open: (draft) => show(draft.id, draft.name, draft),
    drop: (gone) => {
      setAll((before) => before.filter((draft) => draft.id !== gone))
      dropDraft(gone).catch(() => {})
    },
  }
}

/** `randomUUID` needs TLS or this machine; a hub in a home network has neither. */
function newId(): string {
  return Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join(
    '',
  )
}
