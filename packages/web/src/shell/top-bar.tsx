// The bar with the name and the links to the views.

import type { ComponentChildren } from 'preact'
import { say, type Words } from '../language/say.ts'
import { ALL_TAKES, hrefOf, type Route } from '../routes.ts'
import { Mark } from '../ui/icons.tsx'
import { EngineChip } from './engine-chip.tsx'
import { LanguageSwitch } from './language-switch.tsx'
import { ThemeSwitch } from './theme-switch.tsx'

const PLACES: readonly {
  readonly name: Words
  readonly route: Route
  readonly views: readonly string[]
}[] = [
  { name: 'Make', route: { view: 'make' }, views: ['make'] },
  { name: 'Takes', route: ALL_TAKES, views: ['takes', 'take', 'compare', 'batch'] },
  { name: 'Status', route: { view: 'status' }, views: ['status'] },
  { name: 'API', route: { view: 'api' }, views: ['api'] },
]

interface TopBarProps {
  readonly route: Route
  /** Nobody has to sign in first. */
  readonly isOpen: boolean
  /** null: nobody is signed in. */
  readonly onSignOut: (() => void) | null
  readonly shortcuts: ComponentChildren
}

export function TopBar({ route, isOpen, onSignOut, shortcuts }: TopBarProps) {
  return (
    <header class="top-bar">
      <button type="button" class="skip" onClick={() => document.getElementById('main')?.focus()}>
        {say('Skip to the content')}
      </button>
      <a class="brand" href="#/" aria-label={say('InfiniteTalk: make a video')}>
        <Mark />
        <span>InfiniteTalk</span>
      </a>
      <nav aria-label={say('Views')}>
        {PLACES.map((place) => (
          <a
            key={place.name}
            href={hrefOf(place.route)}
            aria-current={place.views.includes(route.view) ? 'page' : undefined}
          >
            {say(place.name)}
          </a>
        ))}
      </nav>
      <div class="top-end">
        {isOpen && <EngineChip />}
        {onSignOut !== null && (
          <button type="button" class="quiet" onClick={onSignOut}>
            {say('Sign out')}
          </button>
        )}
        {shortcuts}
        <LanguageSwitch />
        <ThemeSwitch />
      </div>
    </header>
  )
}
