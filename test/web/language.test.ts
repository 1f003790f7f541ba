// The page in German: by the browser's language or by the button, remembered, without English left over, clean for axe, and no wider than
// a phone.
import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { GERMAN } from '../../packages/web/src/language/german.ts'
import { describeInBrowser, useBrowser } from '../support/browser.ts'
import { seriousProblems } from './axe.ts'
import { useSharedHub } from './page-steps.ts'

const PHONE = { viewport: { width: 390, height: 844 }, locale: 'de-AT' } as const

/** English texts of the catalogue that the page shows or names, outside of what is marked as English. */
async function englishOf(page: Page): Promise<readonly string[]> {
  const shown = (await page.evaluate(`(() => {
    const texts = []
    const isEnglish = (element) => element.closest('[lang="en"]')?.matches(':not(html)') ?? false
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    while (walker.nextNode()) {
      if (!isEnglish(walker.currentNode.parentElement)) texts.push(walker.currentNode.data)
    }
    for (const name of ['aria-label', 'title', 'placeholder', 'alt']) {
      for (const element of document.querySelectorAll('[' + name + ']')) {
        if (!isEnglish(element)) texts.push(element.getAttribute(name))
      }
    }
    return texts.map((text) => text.trim())
  })()`)) as string[]
  const german = new Set<unknown>(Object.values(GERMAN))
  return shown.filter((text) => text in GERMAN && !german.has(text))
}

/** The elements that are wider than the window, or than their card. */
async function tooWideOf(page: Page): Promise<readonly string[]> {
  return page.evaluate(`[document.documentElement, ...document.querySelectorAll('.card')]
    .filter((box) => box.scrollWidth > box.clientWidth)
    .map((box) => box.outerHTML.slice(0, 80))`)
}

describeInBrowser('the page in another language', () => {
  const openPage = useBrowser()
  const sharedHub = useSharedHub()

  it('is German in a German browser, in every view', async () => {
    const hub = sharedHub()
    const { page } = await openPage(hub.url, PHONE)
    const id = await hub.submit({ width: 128, height: 128, max_frames: 25 })
    await hub.ended(id)
    const example = page.getByRole('button', { name: 'Kein Bild zur Hand? Das Beispiel verwenden' })
    await example.waitFor()
    expect(await tooWideOf(page), 'nothing chosen').toEqual([])
    await example.click()
    await page.getByText(/Video · 640/).waitFor()
    await page.locator('summary', { hasText: 'Erweitert' }).click()
    await page
      .getByText('Entscheidet der Hub')
      .or(page.getByPlaceholder('Entscheidet der Hub'))
      .first()
      .waitFor()
    const views = [
      ['#/', 'Bild'],
      ['#/takes', 'Takes'],
      [`#/takes/${id}`, 'Take ohne Titel'],
      ['#/status', 'Letzte Fehler'],
      ['#/api', 'API'],
    ] as const
    for (const [hash, heading] of views) {
      await page.goto(`${hub.url}/${hash}`)
      await page.getByRole('heading', { name: heading, exact: true }).first().waitFor()
      expect(await englishOf(page), hash).toEqual([])
      expect(await tooWideOf(page), hash).toEqual([])
      expect(await seriousProblems(page), hash).toEqual([])
    }
    expect(await page.locator('html').getAttribute('lang')).toBe('de')
  })

  it('changes at a click, and remembers the choice', async () => {
    const hub = sharedHub()
    const { page } = await openPage(hub.url, { locale: 'en-GB' })
    await page.getByText('Choose a picture and a voice.').waitFor()
    expect(await page.locator('html').getAttribute('lang')).toBe('en')
    await page.getByRole('button', { name: 'Deutsch' }).click()
    await page.getByText('Wählen Sie ein Bild und eine Stimme.').waitFor()
    expect(await page.title()).toBe('Video erstellen – InfiniteTalk')
    await page.reload()
    await page.getByText('Wählen Sie ein Bild und eine Stimme.').waitFor()
    expect(await page.locator('html').getAttribute('lang')).toBe('de')
    await page.getByRole('button', { name: 'English' }).click()
    await page.getByText('Choose a picture and a voice.').waitFor()
  })

  it('stays English, and usable, when the texts do not load', async () => {
    const hub = sharedHub()
    const { page, complaints } = await openPage(hub.url)
    await page.route('**/assets/german-*', (route) => route.abort())
    await page.getByRole('button', { name: 'Deutsch' }).click()
    await page.reload()
    await page.getByText('Choose a picture and a voice.').waitFor()
    expect(complaints.every((text) => text.includes('Failed to load resource'))).toBe(true)
  })
})
