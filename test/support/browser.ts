// Chromium on the page of a hub: started once per worker of the test runner, ended with it. A complaint in the page's console fails the test
// that caused it; breaches of the Content-Security-Policy are among them.
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { beforeAll, onTestFinished } from 'vitest'
import { buildPageIfStale } from '../../packages/web/build.ts'
import { describeWith, findProgram } from './requires.ts'

const FLAGS = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'],
  ...['--disable-background-networking', '--disable-component-update'],
  ...['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'],
  '--autoplay-policy=no-user-gesture-required',
]
/** The first needs half the CPU time of a whole browser. */
const BROWSERS = ['chromium-headless-shell', 'chromium', 'chromium-browser']
const found = BROWSERS.map(findProgram).find((path) => path !== null) ?? null
/** Deadline of one step of a page: shorter than a test's, so that the error names the step. */
const STEP_TIMEOUT_MS = 100_000

export interface OpenPage {
  readonly page: Page
  /** The console's complaints so far; cleared by a test that expects one. */
  readonly complaints: string[]
}

export interface PageOptions extends BrowserContextOptions {
  /** The URL to open; the hub's page by default. */
  readonly path?: string
}

/** Files share it: the runner keeps modules between them. Playwright ends it when the worker exits. */
let started: Promise<Browser> | null = null

async function startBrowser(): Promise<Browser> {
  await buildPageIfStale()
  return chromium.launch({ executablePath: found!, headless: true, args: FLAGS })
}

/** A suite that needs a browser. */
export function describeInBrowser(name: string, body: () => void): void {
  const program = BROWSERS[0]!
  describeWith(found === null ? [program] : [], `apt-get install ${program}`, name, body)
}

/** Call it in `describeInBrowser`: opens pages of a hub, each with a profile of its own. */
export function useBrowser(): (url: string, options?: PageOptions) => Promise<OpenPage> {
  let browser: Browser | null = null
  beforeAll(async () => {
    started ??= startBrowser()
    browser = await started
  }, 60_000)
  return async (url, { path = '/', ...options } = {}) => {
    if (browser === null) throw new Error('The browser is not open yet.')
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options })
    context.setDefaultTimeout(STEP_TIMEOUT_MS)
    onTestFinished(() => context.close())
    const page = await context.newPage()
    const complaints: string[] = []
    page.on('pageerror', ({ message }) => complaints.push(message))
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text())
    })
    await page.goto(`${url}${path}`)
    return { page, complaints }
  }
}
