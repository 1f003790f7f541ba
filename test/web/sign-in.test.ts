// Signing in, and the trace that signing out leaves: nothing that the next person could see.
import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { describeInBrowser, useBrowser } from '../support/browser.ts'
import { startTestHub } from '../support/test-hub.ts'
import { chooseMedia, create, PORTRAIT, VOICE } from './page-steps.ts'

const KEY = '0123456789abcdef0123456789abcdef'
const LOCKED = {
  env: { INFINITETALK_ENGINE: 'preview', INFINITETALK_API_KEYS: `page:${KEY}` },
  works: false,
}

async function signIn(page: Page, key = KEY): Promise<void> {
  await page.getByLabel('API key').fill(key)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

const focused = (page: Page): Promise<string> =>
  page.evaluate('document.activeElement.id || document.activeElement.tagName')

describeInBrowser('signing in', () => {
  const openPage = useBrowser()

  it('refuses in words a key that no header can carry, and keeps nothing of it', async () => {
    await using hub = await startTestHub(LOCKED)
    const { page, complaints } = await openPage(hub.url)
    await page.getByLabel('API key').waitFor()
    complaints.length = 0
    await signIn(page, 'ключ 😀')
    await page.getByText('The hub does not know this key.').waitFor()
    expect(complaints).toEqual([])
    await page.reload()
    await signIn(page)
    await page.getByText('Choose a picture and a voice.').waitFor()
  })

  it('leads the keyboard to the field, and then to the page', async () => {
    await using hub = await startTestHub(LOCKED)
    const { page } = await openPage(hub.url)
    await page.getByLabel('API key').waitFor()
    expect(await focused(page)).toBe('INPUT')
    await page.keyboard.type(KEY)
    await page.keyboard.press('Enter')
    await page.getByText('Choose a picture and a voice.').waitFor()
    expect(await focused(page)).toBe('main')
    await page.getByRole('button', { name: 'Sign out' }).press('Enter')
    await page.getByLabel('API key').waitFor()
    expect(await focused(page)).toBe('INPUT')
  })

  it('that is over leaves no draft, no picture and no key', async () => {
    await using hub = await startTestHub(LOCKED)
    const { page } = await openPage(hub.url)
    await signIn(page)
    await chooseMedia(page, PORTRAIT, VOICE)
    await page.getByText(/of video/).waitFor()
    await create(page)
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByLabel('API key').waitFor()
    expect(await page.evaluate('[sessionStorage.length, localStorage.length]')).toEqual([0, 0])
    await signIn(page)
    await page.getByRole('link', { name: 'Make', exact: true }).click()
    await page.getByText('Choose a picture and a voice.').waitFor()
  })

  it('is asked once per browser when told to remember, and forgotten by signing out', async () => {
    await using hub = await startTestHub(LOCKED)
    const { page } = await openPage(hub.url)
    await page.getByLabel('Remember on this browser').check()
    await signIn(page)
    await page.getByText('Choose a picture and a voice.').waitFor()
    const other = await page.context().newPage()
    await other.goto(hub.url)
    await other.getByText('Choose a picture and a voice.').waitFor()
    await other.getByRole('button', { name: 'Sign out' }).click()
    await other.getByLabel('API key').waitFor()
    expect(await other.evaluate('[sessionStorage.length, localStorage.length]')).toEqual([0, 0])
    await other.reload()
    await other.getByLabel('API key').waitFor()
    await other.close()
  })

  it('again, because the key was withdrawn, brings back the draft', async () => {
    await using hub = await startTestHub(LOCKED)
    const { page } = await openPage(hub.url)
    await signIn(page)
    await chooseMedia(page, PORTRAIT, VOICE)
    await page.getByText(/of video/).waitFor()
    const refuse = { status: 401, contentType: 'application/problem+json', body: '{}' }
    await page.route('**/v1/**', (route) => route.fulfill(refuse))
    await page.getByRole('link', { name: 'Status' }).click()
    await page.getByLabel('API key').waitFor()
    await page.unroute('**/v1/**')
    await signIn(page)
    await page.getByRole('link', { name: 'Make', exact: true }).click()
    await create(page)
  })

  it('is possible, and the page whole, where the browser forbids to remember anything', async () => {
    await using hub = await startTestHub(LOCKED)
    const { page, complaints } = await openPage(hub.url)
    await page.addInitScript(
      `Object.defineProperty(window, 'sessionStorage', { get() { throw new DOMException('', 'SecurityError') } })`,
    )
    await page.reload()
    await signIn(page)
    await chooseMedia(page, PORTRAIT, VOICE)
    await create(page)
    expect(complaints.filter((text) => !text.includes('401'))).toEqual([])
  })
})
