// Takes where something comes in between: another tab, a link that ran out, a person who went elsewhere, an answer that came late.
import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { describeInBrowser, useBrowser } from '../support/browser.ts'
import { startTestHub, type TestHub } from '../support/test-hub.ts'
import {
  chooseMedia,
  create,
  longSpeech,
  PORTRAIT,
  PREVIEW,
  playToEnd,
  useSharedHub,
  VOICE,
} from './page-steps.ts'

const KEY = '0123456789abcdef0123456789abcdef'

async function smallTake(hub: TestHub): Promise<string> {
  const id = await hub.submit({ width: 128, height: 128, max_frames: 25 })
  await hub.ended(id)
  return id
}

const focused = (page: Page): Promise<string> =>
  page.evaluate('document.activeElement.id || document.activeElement.textContent')

describeInBrowser('takes and what comes in between', () => {
  const openPage = useBrowser()
  const sharedHub = useSharedHub()

  it('go on being searched while a space is typed', async () => {
    await using hub = await startTestHub({ works: false })
    await hub.submit({ prompt: 'A calm news anchor' })
    const { page } = await openPage(hub.url, { path: '/#/takes' })
    const field = page.getByRole('searchbox')
    await field.pressSequentially('calm ')
    await page.waitForURL(/search=calm$/)
    await page.waitForTimeout(300)
    await field.pressSequentially('news')
    await page.waitForURL(/search=calm\+news$/)
    expect(await field.inputValue()).toBe('calm news')
    await page.getByText('1 take', { exact: true }).waitFor()
  })

  it('keep the keyboard where Delete asks, time and again, and leave no way back to what is gone', async () => {
    await using hub = await startTestHub()
    const id = await smallTake(hub)
    const { page } = await openPage(hub.url)
    await page.goto(`${hub.url}/#/takes`)
    await page.locator('.take-card').click()
    for (let time = 0; time < 2; time += 1) {
      await page.getByRole('button', { name: 'Delete' }).press('Enter')
      expect(await focused(page)).toBe('Delete for good')
      await page.getByRole('button', { name: 'Keep' }).press('Enter')
      expect(await focused(page)).toBe('Delete')
    }
    // Another tab is faster.
    await hub.fetch(`/v1/jobs/${id}`, { method: 'DELETE' })
    await page.keyboard.press('Enter')
    await page.keyboard.press('Enter')
    await page.getByText('No takes yet.').waitFor()
    expect(await focused(page)).toBe('main')
    await page.goBack()
    await page.getByText('No takes yet.').waitFor()
  })

  it('lead nobody away who went elsewhere meanwhile', async () => {
    await using hub = await startTestHub()
    const id = await smallTake(hub)
    const { page } = await openPage(hub.url, { path: `/#/takes/${id}` })
    const arrived = Promise.withResolvers<void>()
    const held = Promise.withResolvers<void>()
    await page.route('**/retry', async (route) => {
      arrived.resolve()
      await held.promise
      await route.continue()
    })
    await page.getByRole('button', { name: 'Retry with another seed' }).click()
    await arrived.promise
    await page.getByRole('link', { name: 'Status' }).click()
    const answered = page.waitForResponse(/retry$/)
    held.resolve()
    await answered
    await page.waitForTimeout(300)
    expect(page.url()).toMatch(/#\/status$/)
  })

  it('are made once, also when the person looks elsewhere while one is being submitted', async () => {
    await using hub = await startTestHub({ ...PREVIEW, works: false })
    const { page } = await openPage(hub.url)
    await chooseMedia(page, PORTRAIT, VOICE)
    await page.getByText(/of video/).waitFor()
    const held = Promise.withResolvers<void>()
    await page.route('**/v1/jobs', async (route) => {
      if (route.request().method() === 'POST') await held.promise
      await route.continue()
    })
    await page.getByRole('button', { name: 'Create video' }).click()
    await page.getByRole('link', { name: 'Status' }).click()
    await page.getByRole('link', { name: 'Make', exact: true }).click()
    await page.getByText(/of video/).waitFor()
    expect(await page.getByRole('button', { name: 'Creating …' }).isDisabled()).toBe(true)
    held.resolve()
    await page.getByRole('button', { name: 'Create video' }).waitFor()
    const { views } = await hub.hub.jobs.list({ status: null, limit: 9, cursor: null })
    expect(views).toHaveLength(1)
    expect(page.url()).toMatch(/#\/$/)
  })

  it('are listed again within seconds of the return of a hub that was away', async () => {
    await using hub = await startTestHub()
    await smallTake(hub)
    const { page } = await openPage(hub.url)
    await page.route('**/v1/**', (route) => route.abort())
    await page.getByRole('link', { name: 'Takes' }).click()
    await page.getByRole('alert').getByText('server_unreachable').waitFor()
    await page.unroute('**/v1/**')
    await page.locator('.take-card').waitFor()
    expect(await page.getByRole('alert').count()).toBe(0)
  })

  it('give a link to copy by hand where the browser lets the page write no clipboard', async () => {
    await using hub = await startTestHub()
    const id = await smallTake(hub)
    const { page, complaints } = await openPage(hub.url, { path: `/#/takes/${id}` })
    await page.evaluate(`Object.defineProperty(navigator, 'clipboard', { value: undefined })`)
    await page.getByRole('button', { name: 'Copy link' }).click()
    const link = await page.getByLabel('Link to the video').inputValue()
    expect((await fetch(link)).status).toBe(200)
    expect(await page.evaluate('getSelection().toString()')).toBe(link)
    expect(complaints).toEqual([])
  })

  it('play, download and are linked to when the signed link has run out', async () => {
    const env = {
      INFINITETALK_API_KEYS: `page:${KEY}`,
      INFINITETALK_LIMIT_SIGNED_URL_LIFE_MS: '2s',
    }
    await using hub = await startTestHub({ env: { ...PREVIEW.env, ...env } })
    const { page } = await openPage(hub.url)
    await page.getByLabel('API key').fill(KEY)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await chooseMedia(page, PORTRAIT, await longSpeech(1))
    await create(page)
    const video = page.locator('video')
    await video.waitFor({ timeout: 60_000 })
    // With it the browser answers nothing from its own memory.
    await page.route('**/v1/jobs/**', (route) => route.continue())
    await page.waitForTimeout(4200)
    const first = await video.getAttribute('src')
    // A browser does this when it has not read everything, or was asleep.
    await video.evaluate((element) => (element as unknown as { load(): void }).load())
    await expect.poll(() => video.getAttribute('src')).not.toBe(first)
    expect((await playToEnd(page)).duration).toBeGreaterThan(1)
    await page.waitForTimeout(4200)
    const download = page.waitForEvent('download')
    await page.getByRole('link', { name: 'Download' }).click()
    expect(await (await download).failure()).toBeNull()
    await page.evaluate(`Object.defineProperty(navigator, 'clipboard', { value: undefined })`)
    await page.getByRole('button', { name: 'Copy link' }).click()
    const link = await page.getByLabel('Link to the video').inputValue()
    expect((await fetch(link)).status).toBe(200)
    expect(link).not.toContain(KEY)
  })

  it('end where they ended: a late answer to Cancel does not bring them back', async () => {
    const hub = sharedHub()
    const { page } = await openPage(hub.url)
    await chooseMedia(page, PORTRAIT, await longSpeech())
    await create(page)
    await page.getByText(/Rendering: frame \d+ of \d+/).waitFor()
    const held = Promise.withResolvers<void>()
    await page.route('**/cancel', async (route) => {
      const response = await route.fetch()
      await held.promise
      const job = (await response.json()) as Record<string, unknown>
      const before = { ...job, status: 'running', cancel_requested_at: job.created_at }
      await route.fulfill({ response, json: before })
    })
    await page.getByRole('button', { name: 'Cancel' }).press('Enter')
    await page.getByText('This take was canceled before it finished.').waitFor()
    expect(await focused(page)).toBe('main')
    held.resolve()
    await page.waitForTimeout(500)
    expect(await page.getByText('This take was canceled before it finished.').count()).toBe(1)
    expect(await page.getByRole('status').filter({ hasText: 'Canceled' }).count()).toBe(1)
  })
})
