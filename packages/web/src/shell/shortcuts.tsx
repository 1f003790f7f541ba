// The keys of the page, and the list of them behind `?`.

import { useEffect, useRef } from 'preact/hooks'
import type { HubConnection } from '../hub/hub-connection.ts'
import { say, type Words } from '../language/say.ts'
import { ALL_TAKES, goTo, type Route } from '../routes.ts'
import { deleteLater } from '../takes/deletions.ts'
import { neighbourOf } from '../takes/order-of-takes.ts'
import { type Focus, type Shortcut, shortcutOf } from './shortcut-of.ts'

interface ShortcutsProps {
  readonly hub: HubConnection
  readonly route: Route
  readonly onNew: () => void
}

const LIST: readonly (readonly [key: string, words: Words])[] = [
  ['N', 'New draft'],
  ['Space', 'Play or pause'],
  ['J', 'Next take'],
  ['K', 'Previous take'],
  ['Delete', 'Delete the take; Undo takes it back'],
  ['?', 'This list'],
]

/** Keys with a name in place of a sign. */
const KEY_NAMES = { Space: 'Space', Delete: 'Del' } as const satisfies Record<string, Words>

export function Shortcuts({ hub, route, onNew }: ShortcutsProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  const latest = useRef({ hub, route, onNew })
  latest.current = { hub, route, onNew }
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.repeat || dialog.current?.open === true) return
      const shortcut = shortcutOf(event, focusOf(event.target))
      if (shortcut === null) return
      const { hub, route, onNew } = latest.current
      const done = shortcut === 'help' ? open() : act(shortcut, { hub, route, onNew })
      if (done) event.preventDefault()
    }
    const open = (): boolean => {
      dialog.current?.showModal()
      return true
    }
    window.addEventListener('keydown', press)
    return () => window.removeEventListener('keydown', press)
  }, [])
  return (
    <>
      <button
        type="button"
        class="icon-button quiet shortcuts-button"
        title={say('Keyboard shortcuts')}
        aria-label={say('Keyboard shortcuts')}
        onClick={() => dialog.current?.showModal()}
      >
        ?
      </button>
      <dialog ref={dialog} class="card shortcuts" aria-labelledby="shortcuts-title">
        <h2 id="shortcuts-title">{say('Keyboard')}</h2>
        <dl>
          {LIST.map(([key, words]) => (
            <div key={key}>
              <dt>
                <kbd>{key in KEY_NAMES ? say(KEY_NAMES[key as keyof typeof KEY_NAMES]) : key}</kbd>
              </dt>
              <dd>{say(words)}</dd>
            </div>
          ))}
        </dl>
        <form method="dialog">
          <button type="submit">{say('Close')}</button>
        </form>
      </dialog>
    </>
  )
}

/** @returns whether it did something */
function act(shortcut: Exclude<Shortcut, 'help'>, { hub, route, onNew }: ShortcutsProps): boolean {
  switch (shortcut) {
    case 'new':
      onNew()
      goTo({ view: 'make' })
      return true
    case 'play':
      return play()
    case 'next':
      return move(route, 1)
    case 'previous':
      return move(route, -1)
    case 'delete':
      return remove(hub, route)
  }
}

/** The video of the view, or the button that plays what the view has. */
function play(): boolean {
  const place = document.querySelector<HTMLElement>('#main [data-plays]')
  if (place instanceof HTMLVideoElement) {
    if (place.paused) place.play().catch(() => {})
    else place.pause()
    return true
  }
  place?.click()
  return place !== null
}

function move(route: Route, by: 1 | -1): boolean {
  if (route.view === 'take') {
    const id = neighbourOf(route.id, by)
    if (id !== null) goTo({ view: 'take', id })
    return id !== null
  }
  const cards = [...document.querySelectorAll<HTMLElement>('#main .take-card')]
  const at = cards.indexOf(document.activeElement as HTMLElement)
  const next = cards[at < 0 ? 0 : at + by]
  next?.focus()
  return next !== undefined
}

function remove(hub: HubConnection, route: Route): boolean {
  const card = document.activeElement?.closest<HTMLElement>('[data-take]') ?? null
  const place =
    route.view === 'take' ? document.querySelector<HTMLElement>('#main [data-take]') : card
  const { take: id, title = '' } = place?.dataset ?? {}
  if (id === undefined) return false
  // The focus stays in the list.
  if (route.view === 'takes' && !move(route, 1)) move(route, -1)
  deleteLater(hub, id, title)
  if (route.view === 'take') goTo(ALL_TAKES)
  return true
}

const TEXT =
  'input:not([type=checkbox], [type=radio], [type=range]), textarea, select, [contenteditable]'
const CONTROL = 'input, button, a, summary, video, audio, [role=slider]'

function focusOf(target: EventTarget | null): Focus {
  if (!(target instanceof Element)) return 'page'
  if (target.closest(TEXT) !== null) return 'text'
  return target.closest(CONTROL) === null ? 'page' : 'control'
}
