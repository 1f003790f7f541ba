// A take that is rendered window by window plays on the page while it is rendered.
import type { JobResource } from '@infinitetalk/contract'
import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { SECONDS, startGrowingVideo, until, WINDOWS } from '../comfyui/window/growing-video.ts'
import { describeInBrowser, useBrowser } from '../support/browser.ts'

const SO_FAR = 'video[aria-label="The video so far"]'
/** Requests that report the end of the job, but not those that bring the video so far. */
const JOB = /\/v1\/jobs\/[^/]+(\/events)?(\?.*)?$/

interface Player {
  muted: boolean
  currentTime: number
  readonly duration: number
  readonly ended: boolean
  play(): Promise<void>
  addEventListener(type: string, listener: () => void): void
}

/** Plays from a moment on until another one. @returns where it is then */
function playBetween(page: Page, from: number, to: number): Promise<number> {
  return page.locator(SO_FAR).evaluate(
    async (element, [start, end]) => {
      const player = element as unknown as Player
      player.muted = true
      player.currentTime = start!
      const arrived = new Promise<void>((resolve, reject) => {
        const look = (): void => {
          if (player.currentTime >= end! || player.ended) resolve()
        }
        player.addEventListener('timeupdate', look)
        player.addEventListener('ended', look)
        player.addEventListener('error', () => reject(new Error('The video cannot be played.')))
      })
      await player.play()
      await arrived
      return player.currentTime
    },
    [from, to],
  )
}

describeInBrowser('a take that grows', () => {
  const openPage = useBrowser()

  it('plays from its first windows on, grows by itself, ends as the finished video, and is rendered again from a handle', async () => {
    const { hub, id, release } = await startGrowingVideo()
    const { page } = await openPage(hub.url, { path: `/#/takes/${id}` })
    await page.locator(SO_FAR).waitFor()
    // Across the edge of the first two windows, and back.
    expect(await playBetween(page, 2.5, 4)).toBeGreaterThanOrEqual(4)
    expect(await playBetween(page, 0.5, 1)).toBeLessThan(4)

    await page.route(JOB, (route) => route.abort())
    release()
    expect(await playBetween(page, 5, SECONDS + 1)).toBeCloseTo(SECONDS, 0)
    const { duration, ended } = await page.locator(SO_FAR).evaluate((element) => {
      const player = element as unknown as Player
      return { duration: player.duration, ended: player.ended }
    })
    expect(ended).toBe(true)
    expect(Math.abs(duration - SECONDS)).toBeLessThan(0.1)

    await page.unroute(JOB)
    await page.locator('video.player').waitFor()

    // The finished take keeps its first two windows and renders the rest again.
    await page.locator('.retake input[type=range]').fill('2')
    await page.locator('.retake button').click()
    await page.waitForURL(({ hash }) => /takes\/job_/.test(hash) && !hash.includes(id))
    const againId = /job_[0-9a-f-]+/.exec(page.url())![0]
    const readAgain = async () => {
      const answer = await hub.fetch(`/v1/jobs/${againId}`)
      return (await answer.json()) as Pick<JobResource, 'status' | 'retry_of' | 'output'>
    }
    await until(async () => (await readAgain()).status === 'succeeded')
    expect(await readAgain()).toMatchObject({
      retry_of: id,
      output: { windows: { needed: WINDOWS, kept: 2 } },
    })
  }, 240_000)
})
