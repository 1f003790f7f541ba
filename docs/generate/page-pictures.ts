// Makes the pictures of docs/guide/page.md and the frames of a first minute: the page of a real hub in a real browser, with takes that were made for it here.
// Run by hand (`npm run docs:page`) when the look of the page changes; needs chromium (apt-get install chromium).
import { join, resolve } from 'node:path'
import { type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { buildPageIfStale } from '../../packages/web/build.ts'
import { startPageHub } from '../../test/support/page-hub.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const EXAMPLES = join(ROOT, 'examples')
const DESK = { viewport: { width: 1440, height: 900 } }
const SMALL = { viewport: { width: 960, height: 600 } }
const PHONE = {
  viewport: { width: 390, height: 844 },
  colorScheme: 'dark',
  hasTouch: true,
} as const

await buildPageIfStale()
await using hub = await startPageHub()
await using browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-sync'],
})

await withPage(SMALL, async (page) => {
  let number = 0
  const keepFrame = async (): Promise<void> => {
    number += 1
    const path = pictureAt(`first-minute-${number}`)
    await page.screenshot({ path, type: 'jpeg', quality: 70 })
  }
  await page.goto(hub.url)
  await page.getByText('Choose a picture and a voice.').waitFor()
  await keepFrame()
  await page.getByRole('button', { name: 'Use the example' }).click()
  await page.getByRole('button', { name: 'Face 1 of 1' }).waitFor()
  await page.getByText(/of video/).waitFor()
  await keepFrame()
  await page.getByRole('button', { name: 'Create video' }).click()
  await page.getByAltText('The latest frame').waitFor()
  await keepFrame()
  await seeTake(page)
  await keepFrame()
})
await withPage(DESK, async (page) => {
  await make(page, 'portrait-3.png', 'The weather of the week')
  await make(page, 'portrait-2.png', 'Good morning, everybody')
  await page.screenshot({
    path: pictureAt('page-take'),
    fullPage: true,
    type: 'jpeg',
    quality: 84,
  })
  await make(page, 'portrait.png', 'How to water a cactus')
  await fill(page, 'portrait-2.png', 'Welcome to the gallery')
  await page.getByLabel('9:16 phone', { exact: true }).check()
  await page.getByText('432 × 768').waitFor()
  await page.locator('.estimate[aria-busy="false"]').waitFor()
  await page.evaluate('scrollTo(0, 0)')
  await page.screenshot({ path: pictureAt('page-make'), type: 'jpeg', quality: 84 })
})
await withPage(PHONE, async (page) => {
  await page.goto(`${hub.url}/#/takes`)
  await page.locator('img.poster').nth(2).waitFor()
  await page.waitForLoadState('networkidle')
  await page.screenshot({ path: pictureAt('page-takes'), type: 'jpeg', quality: 84 })
})

async function fill(page: Page, picture: string, prompt: string): Promise<void> {
  await page.goto(`${hub.url}/#/`)
  await page.reload()
  const another = page.getByRole('button', { name: 'New draft' })
  const first = page.getByLabel('Choose a picture', { exact: true })
  await another.or(first).first().waitFor()
  // The draft of the last visit comes a moment later.
  await page.waitForLoadState('networkidle')
  if (await another.isVisible()) await another.click()
  await first.setInputFiles(join(EXAMPLES, picture))
  const voice = page.getByLabel('Choose a file: Voice', { exact: true })
  await voice.setInputFiles(join(EXAMPLES, 'speech.wav'))
  await page.getByLabel('Prompt').fill(prompt)
  await page.getByLabel('Seed', { exact: true }).fill('7')
  await page.getByRole('button', { name: 'Face 1 of 1' }).waitFor()
  await page.getByText(/of video/).waitFor()
}

/** Ends at the finished take, a third into it. */
async function make(page: Page, picture: string, prompt: string): Promise<void> {
  await fill(page, picture, prompt)
  await page.getByRole('button', { name: 'Create video' }).click()
  await seeTake(page)
}

/** A third into the finished video. */
async function seeTake(page: Page): Promise<void> {
  await page.locator('video').waitFor({ timeout: 60_000 })
  await page.locator('video').evaluate(async (element) => {
    // A video of the browser, where this runs; Node knows no such thing.
    const video = element as unknown as EventTarget & { currentTime: number }
    await new Promise((seen) => {
      video.addEventListener('seeked', seen, { once: true })
      video.currentTime = 2.28
    })
  })
  // The browser's own wheel goes on turning for a moment.
  await page.waitForTimeout(2000)
}

async function withPage(
  options: BrowserContextOptions,
  use: (page: Page) => Promise<void>,
): Promise<void> {
  const context = await browser.newContext({ locale: 'en-GB', ...options })
  await use(await context.newPage())
  await context.close()
}

function pictureAt(name: string): string {
  return join(ROOT, 'docs/images', `${name}.jpg`)
}
