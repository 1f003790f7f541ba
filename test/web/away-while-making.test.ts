// A hub that goes away while a draft is made, and comes back: nothing that was chosen need be chosen anew.
import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { describeInBrowser, useBrowser } from '../support/browser.ts'
import { startTestHub } from '../support/test-hub.ts'
import { chooseMedia, create, PORTRAIT, useSharedHub, VOICE } from './page-steps.ts'

/** Returns what lets the requests through again. */
async function cut(page: Page, address: string): Promise<() => Promise<void>> {
  await page.route(address, (route) => route.abort())
  return () => page.unroute(address)
}

describeInBrowser('a hub that is away while a draft is made', () => {
  const openPage = useBrowser()
  const sharedHub = useSharedHub({ works: false })

  it.each([
    ['the files are sent', '**/v1/files', '.picture-card'],
    ['it looks for faces', '**/faces*', '.picture-card'],
    ['it is asked for an estimate', '**/v1/estimate', '.create-bar'],
  ])('is told of and asked again while %s', async (_, address, place) => {
    const hub = sharedHub()
    const { page } = await openPage(hub.url)
    const mend = await cut(page, address)
    await chooseMedia(page, PORTRAIT, VOICE)
    await page.locator(place).getByText('The hub does not answer.').waitFor()
    expect(await page.getByText('The picture cannot be used.').count()).toBe(0)
    await mend()
    await page.getByRole('button', { name: 'Face 1 of 1' }).waitFor()
    // The notice above the button goes when the estimate arrives, and the button moves.
    await page.getByText(/of video/).waitFor()
    await create(page)
  })

  it('has its engines once it is back', async () => {
    await using hub = await startTestHub({ works: false })
    const { page } = await openPage(hub.url)
    const mend = await cut(page, '**/v1/engines')
    const failed = page.waitForEvent('requestfailed')
    await page.reload()
    await failed
    await page.waitForTimeout(2500)
    await mend()
    await page
      .getByLabel('Choose a picture or video', { exact: true })
      .waitFor({ state: 'attached' })
  })

  it('is sent a file again when asked to: what it refused, and what it has removed meanwhile', async () => {
    const hub = sharedHub()
    const { page } = await openPage(hub.url)
    let refused = 0
    await page.route('**/v1/files', (route) => {
      refused += 1
      return refused > 1 ? route.continue() : route.fulfill({ status: 418, body: 'no' })
    })
    const sent: string[] = []
    page.on('response', async (response) => {
      if (response.request().method() !== 'POST' || !response.url().endsWith('/v1/files')) return
      if (response.ok()) sent.push(((await response.json()) as { id: string }).id)
    })
    await page.getByLabel('Choose a picture', { exact: true }).setInputFiles(PORTRAIT)
    await page.getByRole('button', { name: 'Send it again' }).click()
    await page.getByRole('button', { name: 'Face 1 of 1' }).waitFor()
    await page.getByLabel('Choose a file: Voice', { exact: true }).setInputFiles(VOICE)
    await page.getByText(/of video/).waitFor()
    for (const id of sent) await hub.hub.files.delete(id)
    await page.getByRole('button', { name: 'Create video' }).click()
    await page.locator('.picture-card').getByText('file_not_found').waitFor()
    await page.locator('.picture-card').getByRole('button', { name: 'Send it again' }).click()
    await page.locator('.voice-card').getByText('file_not_found').waitFor()
    await page.locator('.voice-card').getByRole('button', { name: 'Send it again' }).click()
    await create(page)
  })
})
