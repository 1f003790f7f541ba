// Takes that are done: kept, repeated, compared, removed; and all of it behind a key.
import type { StorageResource } from '@infinitetalk/contract'
import { expect, it } from 'vitest'
import type { SubmitOptions } from '../../src/app/hub.ts'
import { describeInBrowser, useBrowser } from '../support/browser.ts'
import { json, startTestHub, tinyRequest } from '../support/test-hub.ts'
import { receiverSettings, startReceiver } from '../support/webhook-receiver.ts'
import {
  chooseMedia,
  create,
  PORTRAIT,
  PREVIEW,
  playToEnd,
  useSharedHub,
  VOICE,
} from './page-steps.ts'

const SUBMIT: SubmitOptions = {
  caller: { ownerKey: 'anonymous', isAdmin: true },
  idempotencyKey: null,
  route: 'POST /v1/jobs',
  signal: new AbortController().signal,
}
const KEY = '0123456789abcdef0123456789abcdef'

describeInBrowser('keeping takes', () => {
  const openPage = useBrowser()
  const sharedHub = useSharedHub()

  it('repeats a take with another seed, and plays both side by side', async () => {
    await using hub = await startTestHub(PREVIEW)
    const id = await hub.submit({ seed: 1, width: 128, height: 128 })
    await hub.ended(id)
    const { page, complaints } = await openPage(hub.url, { path: `/#/takes/${id}` })
    await page.getByRole('button', { name: 'Retry with another seed' }).click()
    await page.getByRole('link', { name: 'Compare with the original' }).click()
    await page.getByRole('button', { name: 'Play both' }).click()
    await page.getByText(/^[1-9]\.\d \/ 7\.6 s$/).waitFor()
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

  it('lists takes with their stills, keeps one, names it and its file, and removes it when asked twice', async () => {
    await using hub = await startTestHub(PREVIEW)
    const id = await hub.submit({ width: 128, height: 128 })
    await hub.ended(id)
    const { page } = await openPage(hub.url, { path: '/#/takes' })
    await page.getByText('1 take', { exact: true }).waitFor()
    await page.locator('img.poster').waitFor()
    await page.locator('.take-card').click()
    await page.getByLabel(/^Keep it/).check()
    await page.getByText('Kept until you delete it').waitFor()
    expect((await hub.hub.jobs.get(id)).job.expiresAtMs).toBeNull()
    await page.getByRole('button', { name: 'Rename this take' }).click()
    await page.getByLabel('Name of the take').fill('Grüße: Anna')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Grüße: Anna' }).waitFor()
    const download = page.waitForEvent('download')
    await page.getByRole('link', { name: 'Download' }).click()
    expect((await download).suggestedFilename()).toBe('Grüße Anna.mp4')
    await page.getByRole('button', { name: 'Delete' }).click()
    await page.getByRole('button', { name: 'Delete for good' }).click()
    await page.getByText('No takes yet.').waitFor()
    await expect(hub.hub.jobs.get(id)).rejects.toMatchObject({
      code: expect.stringMatching(/^job_/),
    })
  })

  it('says what became of the webhook of a take, and sends it again', async () => {
    const receiver = await startReceiver()
    await using hub = await startTestHub({ env: receiverSettings(receiver) })
    const id = await hub.submit({ webhook: { url: receiver.url } })
    await receiver.attempts(1)
    const { page, complaints } = await openPage(hub.url, { path: `/#/takes/${id}` })
    const webhooks = page.getByRole('list', { name: 'Webhooks' })
    await webhooks.getByText('delivered (204)').waitFor()
    await webhooks.getByRole('button', { name: 'Send again' }).click()
    await receiver.attempts(2)
    expect(new Set(receiver.received.map((event) => event.id)).size).toBe(1)
    expect(complaints).toEqual([])
  })

  it('lists as many takes as there are, a stretch at a time, by keyboard, with no more of them on the page than it can bear', async () => {
    await using hub = await startTestHub()
    const request = await tinyRequest()
    for (let count = 0; count < 95; count += 1) {
      await hub.hub.jobs.submit({ ...request, prompt: `Take ${count}` }, SUBMIT)
    }
    const { page, complaints } = await openPage(hub.url, { path: '/#/takes' })
    const more = page.getByRole('button', { name: 'Show older takes' })
    await page.getByText('30 takes shown').waitFor()
    await more.press('Enter')
    await page.getByText('60 takes shown').waitFor()
    expect(await page.evaluate('document.activeElement.innerText')).toContain('Take 64')
    await more.press('Enter')
    await page.getByText('90 takes shown').waitFor()
    await page.getByRole('link', { name: 'Older takes' }).press('Enter')
    await page.getByText('5 takes').waitFor()
    expect(await page.locator('.take-card').count()).toBe(5)
    await page.getByText('Take 0', { exact: true }).waitFor()
    await page.goBack()
    await page.getByText('30 takes shown').waitFor()
    expect(complaints).toEqual([])
  })

  it('finds takes by their prompt and their state, and says when there is none', async () => {
    await using hub = await startTestHub({ works: false })
    const request = await tinyRequest()
    for (const prompt of ['A calm news anchor', 'A laughing clown', 'The anchor of a ship']) {
      await hub.hub.jobs.submit({ ...request, prompt }, SUBMIT)
    }
    const { page } = await openPage(hub.url, { path: '/#/takes' })
    await page.getByText('3 takes').waitFor()
    await page.getByRole('searchbox').pressSequentially('ANCHOR')
    await page.getByText('2 takes').waitFor()
    expect(await page.locator('.take-title').allInnerTexts()).toEqual([
      'The anchor of a ship',
      'A calm news anchor',
    ])
    expect(await page.evaluate('document.activeElement.type')).toBe('search')
    await page.getByLabel('State').selectOption('Failed')
    await page.getByText('No take matches.').waitFor()
    await page.reload()
    expect(await page.getByRole('searchbox').inputValue()).toBe('ANCHOR')
    await page.getByRole('link', { name: 'Show all takes' }).click()
    await page.getByText('3 takes').waitFor()
    expect(await page.getByRole('searchbox').inputValue()).toBe('')
  })

  it('makes a new draft of a take, files and choices, also when its uploads are gone: the hub has what they held', async () => {
    const hub = sharedHub()
    const { page, complaints } = await openPage(hub.url)
    await chooseMedia(page, PORTRAIT, VOICE)
    await page.getByText(/of video/).waitFor()
    await page.getByLabel('16:9 wide', { exact: true }).check()
    await page.getByLabel('Seed', { exact: true }).fill('7')
    await page.getByText('Advanced').click()
    await page.getByLabel('max frames').fill('30')
    await create(page)
    await page.locator('video').waitFor()
    const [view] = (await hub.hub.jobs.list({ status: null, limit: 1, cursor: null })).views
    const sources = [view!.job.input.visual, view!.job.input.voices[0]!.source]
    for (const source of sources)
      if (source.kind === 'blob') await hub.hub.files.delete(source.given!)
    // Another tab, which has never seen the files.
    await page.evaluate('sessionStorage.clear()')
    await page.reload()
    await page.getByRole('button', { name: 'Use again' }).click()
    await page.getByRole('button', { name: 'Face 1 of 1' }).waitFor()
    await page.getByRole('slider', { name: 'End of the voice' }).waitFor()
    expect(await page.getByLabel('Seed', { exact: true }).inputValue()).toBe('7')
    expect(await page.getByLabel('16:9 wide', { exact: true }).isChecked()).toBe(true)
    await create(page)
    const played = await playToEnd(page)
    expect(played).toMatchObject({ videoWidth: 768, videoHeight: 432 })
    expect(played.duration).toBeCloseTo(1.2, 1)
    // The browser itself tells of the two files that are not there.
    expect(complaints.filter((text) => !text.includes('404'))).toEqual([])
  })

  it('says which input of a take cannot be restored, and keeps the rest', async () => {
    const hub = sharedHub()
    const { page } = await openPage(hub.url)
    await chooseMedia(page, PORTRAIT, VOICE)
    await page.getByLabel('Seed', { exact: true }).fill('7')
    await create(page)
    await page.locator('video').waitFor()
    await page.route('**/inputs/audio', (route) => route.fulfill({ status: 404 }))
    await page.getByRole('button', { name: 'Use again' }).click()
    await page.getByText('The voice of that take could not be restored').waitFor()
    expect(await page.getByLabel('Seed', { exact: true }).inputValue()).toBe('7')
    await page.getByRole('button', { name: 'Face 1 of 1' }).waitFor()
    await page.getByLabel('Choose a file: Voice', { exact: true }).setInputFiles(VOICE)
    await page.getByText(/of video/).waitFor()
    expect(await page.getByText('could not be restored').count()).toBe(0)
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
      env: {
        ...PREVIEW.env,
        INFINITETALK_LIMIT_JOB_TIMEOUT_MS: '1ms',
        INFINITETALK_LIMIT_RETENTION_MS: '48h',
      },
    })
    await hub.ended(await hub.submit())
    const { page } = await openPage(hub.url, { path: '/#/status' })
    const storage = (await (await hub.fetch('/v1/storage')).json()) as StorageResource
    const used = storage.used_bytes ?? 0
    // The picture and the voice of the take that failed are kept for another try.
    expect(used).toBeGreaterThan(100_000)
    await page.getByText(`${(used / 1e6).toFixed(1)} MB`).waitFor()
    await page.getByText(/^2 files: .* Takes are deleted 2 days after they end/).waitFor()
    await page.getByText('job_timeout', { exact: true }).waitFor()
    await page.getByRole('button', { name: /^Download .* GB to the hub$/ }).waitFor()
    await page.getByText('Ready, no renders measured yet').waitFor()
  })
})
