// The meaning of a key on the page. Pure: what has the focus is told in words.

export type Shortcut = 'help' | 'new' | 'play' | 'next' | 'previous' | 'delete'

export interface PressedKey {
  readonly key: string
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly altKey: boolean
}

/** - `text`: every key is typed - `control`: it has keys of its own, such as space on a button - `page`: none */
export type Focus = 'text' | 'control' | 'page'

const KEYS: Readonly<Record<string, Shortcut>> = {
  '?': 'help',
  n: 'new',
  ' ': 'play',
  j: 'next',
  k: 'previous',
  Delete: 'delete',
}

/** null: the key belongs to somebody else. */
export function shortcutOf(pressed: PressedKey, focus: Focus): Shortcut | null {
  if (pressed.ctrlKey || pressed.metaKey || pressed.altKey || focus === 'text') return null
  const { key } = pressed
  const shortcut = KEYS[key.length === 1 ? key.toLowerCase() : key] ?? null
  return shortcut === 'play' && focus === 'control' ? null : shortcut
}
