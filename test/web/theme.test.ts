// Light or dark is the person's choice: kept on their device, obeyed before anything is painted, given back to the system at will.
import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { describeInBrowser, useBrowser } from '../support/browser.ts'
import { startTestHub } from '../support/test-hub.ts'

const LIGHT = 'rgb(246, 244, 240)'
const DARK = 'rgb(20, 18, 16)'

const groundOf = (page: Page): Promise<string> =>
  page.evaluate('getComputedStyle(document.documentElement).backgroundColor')

describeInBrowser('the theme', () => {
  const openPage = useBrowser()

  it('follows the system until one is chosen, and again afterwards', async () => {
    await using hub = await startTestHub()
    const { page, complaints } = await openPage(hub.url, { colorScheme: 'dark' })
    const change = (to: string): Promise<void> =>
      page.getByRole('button', { name: `Change to: ${to}` }).click()
    await change('light')
    expect(await groundOf(page)).toBe(LIGHT)
    await change('dark')
    await page.emulateMedia({ colorScheme: 'light' })
    expect(await groundOf(page)).toBe(DARK)
    await change('system')
    expect(await groundOf(page)).toBe(LIGHT)
    await page.reload()
    await page.getByRole('button', { name: 'Theme: system' }).waitFor()
    expect(await groundOf(page)).toBe(LIGHT)
    expect(complaints).toEqual([])
  })

  it('is there before the page itself: the other one does not flash by', async () => {
    await using hub = await startTestHub()
    const { page, complaints } = await openPage(hub.url, { colorScheme: 'light' })
    await page.getByRole('button', { name: 'Change to: light' }).click()
    await page.getByRole('button', { name: 'Change to: dark' }).click()
    // The page's own module never comes: what is seen is what is seen before it.
    await page.route(/\/assets\/index-.*\.js$/, () => {})
    await page.reload({ waitUntil: 'commit' })
    const isStyled = 'document.styleSheets.length > 0 && document.body !== null'
    await expect.poll(() => page.evaluate(isStyled)).toBe(true)
    expect(await groundOf(page)).toBe(DARK)
    expect(complaints).toEqual([])
  })
})
