// The page for people who cannot see it or hold a mouse: axe finds nothing serious in any view, light or dark.
import { readFile } from 'node:fs/promises'
import { createClient } from '@infinitetalk/client'
import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { describeInBrowser, useBrowser } from '../support/browser.ts'
import { startTestHub, type TestHub } from '../support/test-hub.ts'
import { seriousProblems } from './axe.ts'
import {
  chooseMedia,
  create,
  longSpeech,
  PORTRAIT,
  PREVIEW,
  TWO_PEOPLE,
  useSharedHub,
  VOICE,
} from './page-steps.ts'

/** Colours are all that the dark scheme changes. */
const SCHEMES = [
  ['light', ''],
  ['dark', '{ runOnly: ["color-contrast", "link-in-text-block"] }'],
] as const

/** Serious and critical problems of what is shown now, in both colour schemes. */
async function problemsOf(page: Page): Promise<readonly string[]> {
  const problems: string[] = []
  for (const [colorScheme, options] of SCHEMES) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    const found = await seriousProblems(page, options)
    problems.push(...found.map((problem) => `${colorScheme} ${problem}`))
  }
  return problems
}

/** Nothing on the page waits for an answer of the hub: words for that end in an ellipsis. */
async function allConfirmed(page: Page): Promise<void> {
  const waits = page.locator('[aria-busy="true"]').or(page.getByText(/\S …/))
  await waits.first().waitFor({ state: 'detached' })
}

/** The hub's next estimates reach the page when the returned function is called. */
async function holdEstimate(page: Page): Promise<() => void> {
  const { promise: released, resolve: release } = Promise.withResolvers<void>()
  await page.route('**/v1/estimate', async (route) => {
    await released
    await route.continue()
  })
  return release
}

async function withTake(): Promise<{ readonly hub: TestHub; readonly id: string }> {
  const hub = await startTestHub(PREVIEW)
  const id = await hub.submit({ width: 128, height: 128, max_frames: 25 })
  await hub.ended(id)
  return { hub, id }
}

/** Side by side, as variants are. */
async function batchOfThree(hub: TestHub): Promise<string> {
  const client = createClient({ baseUrl: hub.url })
  const [image, audio] = await Promise.all(
    [PORTRAIT, VOICE].map(async (path) => {
      const { id } = await client.files.upload(new Blob([await readFile(path)]), { filename: 'a' })
      return { file_id: id }
    }),
  )
  const defaults = { image, audio, width: 128, height: 128, max_frames: 10 }
  const { id } = await client.batches.create({
    defaults,
    items: [1, 2, 3].map((seed) => ({ seed })),
  })
  await client.batches.wait(id)
  return id
}

describeInBrowser('the page for everybody', () => {
  const openPage = useBrowser()
  const sharedHub = useSharedHub()

  it('has nothing serious against it in any view', async () => {
    const { hub, id } = await withTake()
    await using _ = hub
    const { page } = await openPage(hub.url)
    const look = async (hash: string, text: string): Promise<void> => {
      await page.goto(`${hub.url}/${hash}`)
      await page.getByText(text).first().waitFor()
      await allConfirmed(page)
      expect(await problemsOf(page), hash).toEqual([])
    }
    await look('#/takes', '1 take')
    await look(`#/takes/${id}`, 'Use again')
    await look(`#/batches/${await batchOfThree(hub)}`, 'All 3 ready')
    await look('#/status', 'files are there')
    await page.getByRole('button', { name: 'Keyboard shortcuts' }).click()
    expect(await problemsOf(page), 'shortcuts').toEqual([])
    await page.keyboard.press('Escape')
    await look('#/takes/job_nothing', 'job_not_found')
    await look('#/', 'Choose a picture and a voice.')
    await chooseMedia(page, PORTRAIT, VOICE)
    await page.getByText('Advanced').click()
    await page.getByLabel('priority', { exact: true }).waitFor()
    await page.getByText(/of video/).waitFor()
    await allConfirmed(page)
    const answer = await holdEstimate(page)
    await page.getByLabel('1:1 square', { exact: true }).check()
    await page.getByText('being confirmed …').waitFor()
    expect(await problemsOf(page), 'an estimate that is being confirmed').toEqual([])
    answer()
    await allConfirmed(page)
    expect(await problemsOf(page), 'a full draft').toEqual([])
  })

  it('has nothing serious against it without a take, and while one renders', async () => {
    await using hub = await startTestHub(PREVIEW)
    const { page } = await openPage(hub.url)
    await page.goto(`${hub.url}/#/takes`)
    await page.getByText('No takes yet.').waitFor()
    expect(await problemsOf(page), 'no takes').toEqual([])
    await page.goto(`${hub.url}/#/`)
    await chooseMedia(page, PORTRAIT, await longSpeech(20))
    await create(page)
    await page.getByAltText('The latest frame').waitFor()
    expect(await problemsOf(page), 'rendering').toEqual([])
    await page.getByRole('button', { name: 'Cancel' }).click()
    await page.getByText('This take was canceled before it finished.').waitFor()
    expect(await problemsOf(page), 'canceled').toEqual([])
  })

  it('has nothing serious against it when a take has failed', async () => {
    await using hub = await startTestHub({
      env: { ...PREVIEW.env, INFINITETALK_LIMIT_JOB_TIMEOUT_MS: '1s' },
    })
    const { page } = await openPage(hub.url)
    await chooseMedia(page, PORTRAIT, await longSpeech())
    await create(page)
    await page.getByRole('alert').getByText('job_timeout', { exact: true }).waitFor()
    expect(await problemsOf(page), 'failed').toEqual([])
    await page.goto(`${hub.url}/#/status`)
    await page.getByText('job_timeout').first().waitFor()
    await page.getByText('files are there').waitFor()
    expect(await problemsOf(page), 'a recent error').toEqual([])
  })

  it('has nothing serious against the page of a hub with keys, and of one that takes two speakers', async () => {
    await using locked = await startTestHub({
      env: { ...PREVIEW.env, INFINITETALK_API_KEYS: 'page:a-key-of-sixteen-or-more' },
    })
    const { page } = await openPage(locked.url)
    await page.getByLabel('API key').waitFor()
    expect(await problemsOf(page), 'sign-in').toEqual([])
    await using open = await startTestHub({ works: false })
    await page.goto(open.url)
    await page.getByLabel('Choose a picture or video', { exact: true }).setInputFiles(TWO_PEOPLE)
    await page.getByLabel('Two', { exact: true }).check()
    await page.getByLabel('Choose a file: Left voice', { exact: true }).setInputFiles(VOICE)
    await page.locator('summary', { hasText: 'Advanced' }).click()
    await page.getByRole('button', { name: 'Add a LoRA' }).click()
    await allConfirmed(page)
    expect(await problemsOf(page), 'two speakers').toEqual([])
  })

  it('fits a phone: nothing to scroll sideways', async () => {
    const { hub, id } = await withTake()
    await using _ = hub
    const { page } = await openPage(hub.url, { viewport: { width: 360, height: 740 } })
    const fits = async (what: string): Promise<void> => {
      const widths = await page.evaluate('[document.documentElement.scrollWidth, innerWidth]')
      const [content, window] = widths as [number, number]
      expect(content, what).toBeLessThanOrEqual(window)
    }
    const name = `${'a-very-long-name-'.repeat(6)}.wav`
    const voice = { name, mimeType: 'audio/wav', buffer: await readFile(VOICE) }
    await chooseMedia(page, PORTRAIT, voice)
    await page.getByText('Advanced').click()
    await page.getByLabel('priority', { exact: true }).waitFor()
    await page.getByText(/of video/).waitFor()
    await allConfirmed(page)
    await fits('a full draft')
    for (const hash of ['#/', '#/takes', `#/takes/${id}`, `#/compare/${id}/${id}`, '#/status']) {
      await page.goto(`${hub.url}/${hash}`)
      await page.getByRole('heading', { level: 1 }).waitFor({ state: 'attached' })
      await fits(hash)
    }
  })

  it('is painted as soon as its files are there, waiting for no answer of the API', async () => {
    const hub = sharedHub()
    const { page } = await openPage(hub.url)
    // Requests to the API stay unanswered until the test ends.
    await page.route('**/v1/**', () => {})
    await page.reload()
    await page.getByText('Choose a picture and a voice.').waitFor()
  })
})
