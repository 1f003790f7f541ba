// A take that is rendered window by window plays on the page from its first windows on, goes on by itself as it grows, and ends as
// the finished video: in a browser that follows playlists itself, and in one that does not.
import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { SECONDS, startGrowingVideo } from '../comfyui/window/growing-video.ts'
import { useBrowser } from '../support/browser.ts'
import { describeWith } from '../support/requires.ts'

const SO_FAR = 'video[aria-label="The video so far"]'
/** What tells the page that the job has ended, but not what the video so far is made of. */
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

describeWith(['chromium'], 'apt-get install chromium', 'a take that grows', () => {
  const openPage = useBrowser()

  it.each([
    { how: 'by the browser itself', knowsPlaylists: true },
    { how: 'by the player of the page', knowsPlaylists: false },
  ])(
    'plays $how',
    async ({ knowsPlaylists }) => {
      const { hub, id, release } = await startGrowingVideo()
      const { page } = await openPage(hub.url)
      if (!knowsPlaylists) {
        await page.addInitScript(
          "HTMLMediaElement.prototype.canPlayType = (type) => (/mpegurl/.test(type) ? '' : 'maybe')",
        )
      }
      await page.goto(`${hub.url}/#/takes/${id}`)
      await page.reload()
      await page.locator(SO_FAR).waitFor()
      // Across the edge of the first two windows, and back.
      expect(await playBetween(page, 2.5, 4)).toBeGreaterThanOrEqual(4)
      expect(await playBetween(page, 0.5, 1)).toBeLessThan(2)

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
      const finished = page.locator('video.player')
      await finished.waitFor()
      const place = await finished.evaluate(async (element) => {
        const player = element as unknown as Player & { readonly readyState: number }
        if (player.readyState === 0 || player.currentTime === 0) {
          await new Promise<void>((resolve) => player.addEventListener('seeked', resolve))
        }
        return player.currentTime
      })
      expect(place).toBeCloseTo(SECONDS, 0)

      // The rest is rendered again from the third window on, by keyboard alone.
      const handle = page.getByRole('slider', { name: 'Keep it up to' })
      await handle.focus()
      await page.keyboard.press('ArrowRight')
      await page.keyboard.press('ArrowRight')
      expect(await handle.inputValue()).toBe('2')
      const shown = await finished.evaluate((element) => (element as unknown as Player).currentTime)
      expect(shown).toBeCloseTo(6.12, 2)
      await page.keyboard.press('Tab')
      await page.keyboard.press('Enter')
      await page.waitForURL((url) => !url.hash.endsWith(id) && url.hash.includes('job_'))
      const { job } = await hub.hub.jobs.get(page.url().split('/').at(-1)!)
      expect(job).toMatchObject({ retryOf: id })
    },
    240_000,
  )
})
