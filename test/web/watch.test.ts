// A take while it is made: followed, left and found again, stopped.
import { expect, it } from 'vitest'
import { describeInBrowser, useBrowser } from '../support/browser.ts'
import { startTestHub } from '../support/test-hub.ts'
import {
  chooseMedia,
  create,
  longSpeech,
  PORTRAIT,
  PREVIEW,
  useSharedHub,
  VOICE,
} from './page-steps.ts'

const FRAMES = /Rendering: frame \d+ of \d+/

describeInBrowser('watching a take', () => {
  const openPage = useBrowser()
  const sharedHub = useSharedHub()

  it('shows the frames as they are made, survives a reload, and shows the video in the end', async () => {
    const hub = sharedHub()
    const { page, complaints } = await openPage(hub.url)
    await chooseMedia(page, PORTRAIT, await longSpeech())
    await create(page)
    await page.getByText(FRAMES).waitFor()
    expect(await page.locator('.take-head .badge').innerText()).toBe('Rendering')
    await page.reload()
    await page.getByText(FRAMES).waitFor()
    await page.getByAltText('The latest frame').waitFor()
    await page.locator('video').waitFor({ timeout: 60_000 })
    expect(complaints).toEqual([])
  }, 90_000)

  it('is stopped by Cancel, and the hub has stopped it', async () => {
    const hub = sharedHub()
    const { page } = await openPage(hub.url)
    await chooseMedia(page, PORTRAIT, await longSpeech())
    await create(page)
    await page.getByText(FRAMES).waitFor()
    await page.getByRole('button', { name: 'Cancel' }).click()
    await page.getByText('This take was canceled before it finished.').waitFor()
    const id = page.url().split('/').at(-1)!
    expect((await hub.hub.jobs.get(id)).job.status).toBe('canceled')
  })

  it('says where it is in the queue, and what it is made of, to a tab that did not choose it', async () => {
    await using hub = await startTestHub({ ...PREVIEW, works: false })
    const { page } = await openPage(hub.url)
    await chooseMedia(page, PORTRAIT, VOICE)
    await create(page)
    await page.locator('.watch-words', { hasText: 'Next in the queue' }).waitFor()
    await page.evaluate('sessionStorage.clear()')
    await page.reload()
    await page.getByAltText('The picture that is being animated').waitFor()
    await page.getByRole('button', { name: 'Cancel' }).click()
    await page.getByText('Canceled', { exact: true }).waitFor()
  })

  it('outlives the network: says that it is away, and comes back by itself', async () => {
    const hub = sharedHub()
    const { page } = await openPage(hub.url)
    await chooseMedia(page, PORTRAIT, await longSpeech())
    await create(page)
    await page.getByText(FRAMES).waitFor()
    await page.context().setOffline(true)
    await page.getByText('No connection to the hub.').waitFor()
    await page.context().setOffline(false)
    await page.locator('video').waitFor({ timeout: 60_000 })
  }, 90_000)

  it('explains a take that failed: what happened, what to do, the code', async () => {
    await using hub = await startTestHub({
      ...PREVIEW,
      env: { ...PREVIEW.env, INFINITETALK_LIMIT_JOB_TIMEOUT_MS: '1s' },
    })
    const { page } = await openPage(hub.url)
    await chooseMedia(page, PORTRAIT, await longSpeech())
    await create(page)
    await page.getByRole('alert').getByText('job_timeout', { exact: true }).waitFor()
    await page.getByRole('button', { name: 'Retry', exact: true }).waitFor()
  })

  it('that is not there says so', async () => {
    const hub = sharedHub()
    const { page } = await openPage(hub.url, { path: '/#/takes/job_nothing' })
    await page.getByRole('alert').getByText('job_not_found').waitFor()
  })
})
