// Takes that are done: kept, repeated, compared, removed; and all of it behind a key.
import { expect, it } from 'vitest'
import { useBrowser } from '../support/browser.ts'
import { describeWith } from '../support/requires.ts'
import { json, startTestHub, tinyRequest } from '../support/test-hub.ts'
import { chooseMedia, create, PORTRAIT, playToEnd, VOICE } from './page-steps.ts'

const PREVIEW = { env: { INFINITETALK_ENGINE: 'preview' } }
const KEY = '0123456789abcdef0123456789abcdef'

describeWith(['chromium'], 'apt-get install chromium', 'keeping takes', () => {
  const openPage = useBrowser()

  it('repeats a take with another seed, and plays both side by side', async () => {
    await using hub = await startTestHub(PREVIEW)
    const id = await hub.submit({ seed: 1, width: 128, height: 128 })
    await hub.ended(id)
    const { page, complaints } = await openPage(hub.url, { path: `/#/takes/${id}` })
    await page.getByRole('button', { name: 'Retry with another seed' }).click()
    await page.getByRole('link', { name: 'Compare with the last' }).click()
    await page.getByRole('button', { name: 'Play both' }).click()
    await page.getByText(/^[1-9]\.\d s$/).waitFor()
    const times = await page
      .locator('video')
      .evaluateAll((videos) =>
        videos.map((video) => (video as unknown as { currentTime: number }).currentTime),
      )
    expect(times).toHaveLength(2)
    expect(Math.abs(times[0]! - times[1]!)).toBeLessThan(0.15)
    const { views } = await hub.hub.jobs.list({ status: null, limit: 9, cursor: null })
    const seeds = views.map(({ job }) => job.input.seed)
    expect(new Set(seeds).size).toBe(2)
    expect(complaints).toEqual([])
  })

  it('lists takes with their stills, and removes one when asked twice', async () => {
    await using hub = await startTestHub(PREVIEW)
    const id = await hub.submit({ width: 128, height: 128 })
    await hub.ended(id)
    const { page } = await openPage(hub.url, { path: '/#/takes' })
    await page.getByText('1 take,').waitFor()
    await page.locator('img.poster').waitFor()
    await page.locator('.take-card').click()
    await page.getByRole('button', { name: 'Delete' }).click()
    await page.getByRole('button', { name: 'Delete for good' }).click()
    await page.getByText('No takes yet.').waitFor()
    await expect(hub.hub.jobs.get(id)).rejects.toMatchObject({
      code: expect.stringMatching(/^job_/),
    })
  })

  it('makes a new draft of a take, files and choices', async () => {
    await using hub = await startTestHub(PREVIEW)
    const { page } = await openPage(hub.url)
    await chooseMedia(page, PORTRAIT, VOICE)
    await page.getByLabel('Wide', { exact: true }).check()
    await page.getByLabel('Seed', { exact: true }).fill('7')
    await create(page)
    await page.locator('video').waitFor()
    await page.reload()
    await page.getByRole('button', { name: 'Use again' }).click()
    expect(await page.getByLabel('Seed', { exact: true }).inputValue()).toBe('7')
    expect(await page.getByLabel('Wide', { exact: true }).isChecked()).toBe(true)
    await page.getByText('portrait.png').waitFor()
    await create(page)
    expect((await playToEnd(page)).videoWidth).toBe(896)
  })

  it('asks for a key where the hub wants one, keeps it out of addresses, and plays signed videos', async () => {
    await using hub = await startTestHub({
      env: { ...PREVIEW.env, INFINITETALK_API_KEYS: `page:${KEY}` },
    })
    const body = { ...(await tinyRequest()), width: 128, height: 128 }
    const answer = await hub.fetch('/v1/jobs', json(body, { authorization: `Bearer ${KEY}` }))
    const { id } = (await answer.json()) as { id: string }
    const { page } = await openPage(hub.url, { path: '/#/takes' })
    const addresses: string[] = []
    page.on('request', (request) => addresses.push(request.url()))
    await page.getByLabel('API key').fill('wrong-key')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByText('The hub does not know this key.').waitFor()
    await page.getByLabel('API key').fill(KEY)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.locator('.take-card').click()
    expect((await playToEnd(page)).videoWidth).toBe(128)
    await page.reload()
    await page.locator('video').waitFor()
    expect(page.url()).toBe(`${hub.url}/#/takes/${id}`)
    expect(addresses.filter((address) => address.includes(KEY))).toEqual([])
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByLabel('API key').waitFor()
  })

  it('shows how the hub is: engines, queue, storage, what went wrong', async () => {
    await using hub = await startTestHub({
      ...PREVIEW,
      env: { ...PREVIEW.env, INFINITETALK_LIMIT_JOB_TIMEOUT_MS: '1ms' },
    })
    await hub.ended(await hub.submit())
    const { page } = await openPage(hub.url, { path: '/#/status' })
    await page.getByText('job_timeout').waitFor()
    await page.getByText('npx infinitetalk models pull').waitFor()
    await page.getByText('Ready; nothing measured yet').waitFor()
  })
})
