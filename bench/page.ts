// Measures the page in a browser whose processor is slowed down four times: its first paint beside that of a document without scripts of the same
// server and run, what it loads for it, and its memory with and without 500 takes.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Browser, type CDPSession, chromium, type Page } from 'playwright-core'
import { createClient } from '../packages/client/src/index.ts'
import { buildPageIfStale } from '../packages/web/build.ts'
import { startPageHub } from '../test/support/page-hub.ts'
import { findProgram } from '../test/support/requires.ts'

const SLOWED = 4
const ROUNDS = 7
const TAKES = 500
const PER_BATCH = 100
const STEP_MS = 120_000
const EXAMPLES = join(import.meta.dirname, '../examples')

interface Memory {
  readonly heapMb: number
  readonly nodes: number
}

export interface PageFigures {
  readonly slowed: number
  readonly rounds: number
  /** Bytes of the document, its scripts and its styles, as they were sent. */
  readonly firstPaintBytes: number
  readonly requests: number
  readonly emptyPaintMs: number
  readonly firstPaintMs: number
  /** Until a draft can be begun. */
  readonly usableMs: number
  readonly takes: number
  readonly withoutTakes: Memory
  /** After the list has grown as far as it does. */
  readonly withTakes: Memory
}

export async function benchPage(signal: AbortSignal): Promise<PageFigures> {
  const program = findProgram('chromium-headless-shell') ?? findProgram('chromium')
  if (program === null) throw new Error('apt-get install chromium-headless-shell')
  await buildPageIfStale()
  await using hub = await startPageHub({ INFINITETALK_ENGINE: 'noop' })
  await using browser = await chromium.launch({
    executablePath: program,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  })
  const rounds: Paint[] = []
  const empty: number[] = []
  for (let round = 0; round < ROUNDS; round += 1) {
    signal.throwIfAborted()
    empty.push((await paint(browser, `${hub.url}/docs`, 'h1')).paintMs)
    rounds.push(await paint(browser, `${hub.url}/`, '.make'))
  }
  const withoutTakes = await memoryOf(browser, hub.url)
  await seed(hub.url, signal)
  return {
    slowed: SLOWED,
    rounds: ROUNDS,
    firstPaintBytes: median(rounds.map(({ bytes }) => bytes)),
    requests: median(rounds.map(({ requests }) => requests)),
    emptyPaintMs: Math.round(median(empty)),
    firstPaintMs: Math.round(median(rounds.map(({ paintMs }) => paintMs))),
    usableMs: Math.round(median(rounds.map(({ usableMs }) => usableMs))),
    takes: TAKES,
    withoutTakes,
    withTakes: await memoryOf(browser, hub.url),
  }
}

interface Paint {
  readonly paintMs: number
  readonly usableMs: number
  readonly bytes: number
  readonly requests: number
}

/** A first visit: nothing is cached. */
async function paint(browser: Browser, url: string, usable: string): Promise<Paint> {
  return inPage(browser, async (page, debug) => {
    await debug.send('Emulation.setCPUThrottlingRate', { rate: SLOWED })
    await debug.send('Network.enable')
    let [bytes, requests] = [0, 0]
    const ours = new Set<string>()
    debug.on('Network.responseReceived', ({ requestId, type }) => {
      if (type === 'Document' || type === 'Script' || type === 'Stylesheet') ours.add(requestId)
    })
    debug.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
      if (!ours.has(requestId)) return
      bytes += encodedDataLength
      requests += 1
    })
    const sinceMs = performance.now()
    await page.goto(url)
    await page.locator(usable).waitFor()
    const usableMs = performance.now() - sinceMs
    const paintMs = (await page.evaluate(
      `new Promise((seen) => new PerformanceObserver((list) => {
        const [first] = list.getEntriesByName('first-contentful-paint')
        if (first !== undefined) seen(first.startTime)
      }).observe({ type: 'paint', buffered: true }))`,
    )) as number
    return { paintMs, usableMs, bytes, requests }
  })
}

/** The list of takes, grown as far as it does, without what may be collected. */
async function memoryOf(browser: Browser, url: string): Promise<Memory> {
  return inPage(browser, async (page, debug) => {
    await page.goto(`${url}/#/takes`)
    const more = page.getByRole('button', { name: 'Show older takes' })
    await page.getByRole('heading', { level: 1 }).waitFor()
    await page.waitForLoadState('networkidle')
    while (await more.isVisible()) {
      const shown = await page.locator('.take-card').count()
      await more.click()
      await page.waitForFunction(`document.querySelectorAll('.take-card').length > ${shown}`)
    }
    await page.evaluate('scrollTo(0, document.body.scrollHeight)')
    await page.waitForLoadState('networkidle')
    await debug.send('HeapProfiler.collectGarbage')
    const { usedSize } = await debug.send('Runtime.getHeapUsage')
    const { nodes } = await debug.send('Memory.getDOMCounters')
    return { heapMb: Math.round(usedSize / 1e5) / 10, nodes }
  })
}

async function inPage<Result>(
  browser: Browser,
  use: (page: Page, debug: CDPSession) => Promise<Result>,
): Promise<Result> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } })
  context.setDefaultTimeout(STEP_MS)
  try {
    const page = await context.newPage()
    return await use(page, await context.newCDPSession(page))
  } finally {
    await context.close()
  }
}

async function seed(baseUrl: string, signal: AbortSignal): Promise<void> {
  const client = createClient({ baseUrl })
  const upload = async (name: string) => {
    const bytes = new Blob([await readFile(join(EXAMPLES, name))])
    return { file_id: (await client.files.upload(bytes, { filename: name, signal })).id }
  }
  const defaults = { image: await upload('portrait.png'), audio: await upload('speech.wav') }
  for (let from = 0; from < TAKES; from += PER_BATCH) {
    const items = Array.from({ length: PER_BATCH }, (_, index) => ({
      metadata: { title: `Take ${from + index + 1}` },
    }))
    const { id } = await client.batches.create({ defaults, items }, { signal })
    await client.batches.wait(id, { signal })
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

export function pageTable(figures: PageFigures): string {
  const { withoutTakes, withTakes, takes } = figures
  return [
    `The page, processor slowed ${figures.slowed} times, median of ${figures.rounds}:`,
    '',
    '| figure | value |',
    '| --- | --- |',
    `| first paint of /docs, a document without scripts | ${figures.emptyPaintMs} ms |`,
    `| first paint of the page | ${figures.firstPaintMs} ms |`,
    `| ready for a draft | ${figures.usableMs} ms |`,
    `| sent until then | ${(figures.firstPaintBytes / 1000).toFixed(1)} kB in ${figures.requests} files |`,
    `| heap of the list without takes | ${withoutTakes.heapMb} MB, ${withoutTakes.nodes} nodes |`,
    `| heap of the list with ${takes} takes | ${withTakes.heapMb} MB, ${withTakes.nodes} nodes |`,
  ].join('\n')
}
