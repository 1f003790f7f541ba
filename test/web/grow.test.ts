// A take that is rendered window by window plays on the page while it is rendered.
import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { SECONDS, startGrowingVideo } from '../comfyui/window/growing-video.ts'
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

  it('plays from its first windows on, grows on by itself, and ends as the finished video', async () => {
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
  }, 240_000)
})
