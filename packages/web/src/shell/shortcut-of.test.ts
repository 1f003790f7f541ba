import { expect, it } from 'vitest'
import { shortcutOf } from './shortcut-of.ts'

const press = (key: string, held: Partial<Parameters<typeof shortcutOf>[0]> = {}) => ({
  ...{ key, ctrlKey: false, metaKey: false, altKey: false },
  ...held,
})

it('a key is a shortcut only where it is not typed, not held with others, and not the control’s own', () => {
  expect(shortcutOf(press('?'), 'page')).toBe('help')
  expect(shortcutOf(press('N'), 'control')).toBe('new')
  expect(shortcutOf(press('n'), 'text')).toBeNull()
  expect(shortcutOf(press('n', { ctrlKey: true }), 'page')).toBeNull()
  expect(shortcutOf(press(' '), 'page')).toBe('play')
  expect(shortcutOf(press(' '), 'control')).toBeNull()
  expect(shortcutOf(press('Delete'), 'control')).toBe('delete')
  expect(shortcutOf(press('x'), 'page')).toBeNull()
})
