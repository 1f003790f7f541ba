// The steps of a person who walks a page by Tab, by the names a screen reader says.
import type { Page } from 'playwright-core'

/** More stops than any view has: beyond them a thing cannot be reached. */
const MOST_STOPS = 80

export interface Keyboard {
  /** The name of the focused element; empty when there is none. */
  focused(): Promise<string>
  /** Whether it can be seen that it has. */
  isMarked(): Promise<boolean>
  /** On to what has a name that begins so. */
  tabTo(name: string): Promise<void>
  /** Goes to the field and chooses a file in the dialog its key opens. */
  choose(name: string, file: string): Promise<void>
}

const NAME = `(() => {
  const { activeElement: element, body } = document
  if (element === body) return ''
  const label = element.labels?.[0]?.textContent
  return (element.ariaLabel ?? label ?? element.textContent).trim()
})()`

// A field that is hidden behind its label or its zone shows its mark there.
const MARKED = `(() => {
  const marked = (element) => {
    const { outlineStyle, outlineWidth } = getComputedStyle(element)
    return outlineStyle !== 'none' && parseFloat(outlineWidth) > 0
  }
  const { activeElement: element } = document
  const shown = [element, element.closest('label'), element.nextElementSibling, element.parentElement]
  return shown.some((candidate) => candidate !== null && marked(candidate))
})()`

export function keyboardOf(page: Page): Keyboard {
  const focused = (): Promise<string> => page.evaluate(NAME)
  const tabTo = async (name: string): Promise<void> => {
    const passed: string[] = []
    while (passed.length < MOST_STOPS) {
      await page.keyboard.press('Tab')
      const stop = await focused()
      if (stop.startsWith(name)) return
      passed.push(stop)
    }
    throw new Error(`Tab does not come to "${name}", only to: ${passed.join(', ')}`)
  }
  // Without a listener that stays, Playwright turns the interception of file dialogs off and on between two choices, and a dialog
  // that opens in between is lost.
  page.on('filechooser', () => {})
  return {
    focused,
    tabTo,
    isMarked: () => page.evaluate(MARKED),
    choose: async (name, file) => {
      await tabTo(name)
      const chooser = page.waitForEvent('filechooser')
      await page.keyboard.press('Space')
      await (await chooser).setFiles(file)
    },
  }
}
