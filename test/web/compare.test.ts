// Two takes side by side that are not alike: of different lengths, one that failed, one that is not there.
import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { describeInBrowser, useBrowser } from '../support/browser.ts'
import { startTestHub, type TestHub } from '../support/test-hub.ts'

const PREVIEW = { env: { INFINITETALK_ENGINE: 'preview' } }

async function take(hub: TestHub, options: Readonly<Record<string, unknown>>): Promise<string> {
  const id = await hub.submit({ width: 128, height: 128, ...options })
  await hub.ended(id)
  return id
}

/** Where each video is, and how long it is. */
const placesOf = (page: Page): Promise<readonly (readonly [number, number])[]> =>
  page
    .locator('video')
    .evaluateAll((videos) =>
      (videos as unknown as { currentTime: number; duration: number }[]).map(
        ({ currentTime, duration }) => [currentTime, duration] as const,
      ),
    )

describeInBrowser('comparing unlike takes', () => {
  const openPage = useBrowser()

  it('plays each to its end, whichever is the longer, and again from the start', async () => {
    await using hub = await startTestHub(PREVIEW)
    const short = await take(hub, { max_frames: 25 })
    const long = await take(hub, { max_frames: 75 })
    const { page, complaints } = await openPage(hub.url, { path: `/#/compare/${short}/${long}` })
    for (let round = 0; round < 2; round += 1) {
      await page.evaluate(`{
        window.seeks = 0
        for (const video of document.querySelectorAll('video'))
          video.addEventListener('seeking', () => { window.seeks += 1 })
      }`)
      await page.getByRole('button', { name: 'Play both' }).click()
      await page.getByRole('button', { name: 'Pause' }).waitFor()
      await page.getByRole('button', { name: 'Play both' }).waitFor()
      for (const [at, of] of await placesOf(page)) expect(at).toBeCloseTo(of, 1)
      await page.getByText('3.0 / 3.0 s').waitFor()
      expect(await page.evaluate('window.seeks')).toBeLessThan(12)
    }
    await page.goto(`${hub.url}/#/compare/${long}/${short}`)
    await page.getByText('0.0 / 3.0 s').waitFor()
    expect(complaints).toEqual([])
  })

  it('plays the one that is there, and says why the other is not', async () => {
    await using hub = await startTestHub(PREVIEW)
    const id = await take(hub, { max_frames: 25 })
    const { page } = await openPage(hub.url, { path: `/#/compare/job_nothing/${id}` })
    await page.getByRole('alert').getByText('job_not_found').waitFor()
    await page.getByRole('button', { name: 'Play both' }).click()
    await page.getByText('1.0 / 1.0 s').waitFor()
    await page.getByRole('button', { name: 'Play both' }).waitFor()
  })

  it('says what became of takes that have no video, and offers to play nothing', async () => {
    await using hub = await startTestHub({
      env: { ...PREVIEW.env, INFINITETALK_LIMIT_JOB_TIMEOUT_MS: '1ms' },
    })
    const id = await take(hub, {})
    const { page } = await openPage(hub.url, { path: `/#/compare/${id}/${id}` })
    await page.getByRole('alert').getByText('job_timeout').first().waitFor()
    expect(await page.getByRole('button', { name: 'Play both' }).isDisabled()).toBe(true)
  })
})
