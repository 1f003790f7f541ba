// The page counts windows while the handles move as the hub does for the finished request, also where not the whole of
// a voice is rendered, or another voice is the longer one. And what a person writes is shown as they wrote it.
import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { describeInBrowser, useBrowser } from '../support/browser.ts'
import { startTestHub } from '../support/test-hub.ts'
import { chooseMedia, LONG_VOICE, longSpeech, PORTRAIT, TWO_PEOPLE, VOICE } from './page-steps.ts'

/** Nothing answers there: an estimate needs no backend. */
const COMFYUI = {
  env: { INFINITETALK_ENGINE: 'comfyui', COMFYUI_URL: 'http://127.0.0.1:9' },
  works: false,
}

/** The page chose the engine that is ready. */
async function chooseAway(page: Page): Promise<void> {
  const away = page.getByLabel('comfyui, not ready')
  expect(await away.isChecked()).toBe(false)
  await away.check()
}

describeInBrowser('the words of the page', () => {
  const openPage = useBrowser()

  it('count the windows of what max_frames leaves, as the hub does', async () => {
    await using hub = await startTestHub(COMFYUI)
    const { page } = await openPage(hub.url)
    await page.getByLabel(/^Choose a picture/).setInputFiles(PORTRAIT)
    await page.getByLabel('Choose a file: Voice', { exact: true }).setInputFiles(LONG_VOICE)
    await chooseAway(page)
    const facts = page.locator('.wave-facts')
    const estimate = page.locator('.estimate')
    await facts.getByText('3 windows').waitFor()
    await estimate.getByText('3 windows').waitFor()
    await page.locator('summary', { hasText: 'Advanced' }).click()
    await page.getByLabel('max frames').fill('100')
    await facts.getByText('2 windows: cutting 0.8 s saves one').waitFor()
    await estimate.getByText('2 windows').first().waitFor()
    await estimate.getByText('Cutting 0.8 s saves one of 2 windows.').waitFor()
    expect(await page.locator('.wave-edge').count()).toBe(1)
    // The proposed cut is enough, never a frame too little: 0.84 s would have to go.
    await page.getByLabel('max frames').fill('102')
    await facts.getByText('2 windows: cutting 0.9 s saves one').waitFor()
    await estimate.getByText('Cutting 0.9 s saves one of 2 windows.').waitFor()
    // It would fail, so it cannot be created.
    await page.getByRole('alert').getByText('engine_unavailable').waitFor()
    expect(await page.getByRole('button', { name: 'Create video' }).isDisabled()).toBe(true)
  })

  it('propose to cut the longer of two voices only', async () => {
    await using hub = await startTestHub(COMFYUI)
    const { page } = await openPage(hub.url)
    await page.getByLabel(/^Choose a picture/).setInputFiles(TWO_PEOPLE)
    await chooseAway(page)
    await page.getByLabel('Two', { exact: true }).check()
    await page.getByLabel('Choose a file: Left voice', { exact: true }).setInputFiles(LONG_VOICE)
    const right = page.getByLabel('Choose a file: Right voice', { exact: true })
    await right.setInputFiles(await longSpeech(2))
    await page
      .getByLabel('Right voice')
      .getByText(/windows/)
      .waitFor()
    expect(
      await page
        .getByLabel('Left voice')
        .getByText(/window/)
        .count(),
    ).toBe(0)
    await page.locator('.estimate').getByText('6 windows').first().waitFor()
    await page.getByLabel('Right voice').getByText('6 windows').waitFor()
  })

  it('leave room for the video below a prompt of a page, in its own direction, as text', async () => {
    await using hub = await startTestHub({ env: { INFINITETALK_ENGINE: 'preview' } })
    const prompt = `שלום <img src=x onerror=alert(1)> 😀\n${'long '.repeat(600)}`
    const id = await hub.submit({ prompt, width: 128, height: 128, max_frames: 25 })
    await hub.ended(id)
    const { page, complaints } = await openPage(hub.url, {
      path: `/#/takes/${id}`,
      viewport: { width: 320, height: 640 },
    })
    await page.locator('video').waitFor()
    const title = page.getByRole('heading', { level: 1 })
    expect((await title.boundingBox())!.height).toBeLessThan(120)
    expect(
      await title.evaluate((element) =>
        (element as unknown as { matches(of: string): boolean }).matches(':dir(rtl)'),
      ),
    ).toBe(true)
    expect(await title.innerText()).toContain('<img src=x onerror=alert(1)> 😀')
    await page.getByText('All parameters').click()
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(320)
    expect(complaints).toEqual([])
  })

  it('say why a take waits, in the list, in the queue and while it is watched', async () => {
    await using hub = await startTestHub({ works: false })
    const id = await hub.submit({ prompt: 'Waits for long' })
    const reason = 'No running worker has the engine "noop".'
    const { page } = await openPage(hub.url)
    // Only hubs of one PostgreSQL database have a reason.
    await page.route(/\/v1\/jobs(\?.*|\/job_[^/]*)?$/, async (route) => {
      const response = await route.fetch()
      const text = await response.text()
      const body = text.replaceAll(
        '"waiting_reason":null',
        `"waiting_reason":${JSON.stringify(reason)}`,
      )
      await route.fulfill({ response, body })
    })
    for (const hash of ['#/takes', '#/status', `#/takes/${id}`]) {
      await page.goto(`${hub.url}/${hash}`)
      await page.locator('main').getByText(reason).waitFor()
    }
    await page.unrouteAll({ behavior: 'wait' })
  })

  it('are pasted as words where a spreadsheet brings a picture of them, too', async () => {
    await using hub = await startTestHub({ env: { INFINITETALK_ENGINE: 'preview' }, works: false })
    const { page } = await openPage(hub.url)
    await chooseMedia(page, PORTRAIT, VOICE)
    await page.evaluate(`{
      const clipboardData = new DataTransfer()
      clipboardData.setData('text/plain', 'a cell')
      clipboardData.items.add(new File(['<svg/>'], 'cell.png', { type: 'image/png' }))
      const paste = new ClipboardEvent('paste', { clipboardData, bubbles: true })
      document.querySelector('textarea').dispatchEvent(paste)
    }`)
    await page.waitForTimeout(200)
    expect(await page.locator('.picture-card .file-name').innerText()).toBe('portrait.png')
  })
})
