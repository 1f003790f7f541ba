// The video of a take that is rendered window by window plays on the page in Firefox, too: from the second window on, back and forth,
// and in the end the finished video plays in its place.
import { expect, it } from 'vitest'
import { buildPageIfStale } from '../../packages/web/build.ts'
import { SECONDS, startGrowingVideo, until, WINDOWS } from '../comfyui/window/growing-video.ts'
import { FIREFOX, type FirefoxPage, openInFirefox } from '../support/firefox.ts'
import { describeWith } from '../support/requires.ts'

const SO_FAR = `document.querySelector('video[aria-label="The video so far"]')`
const FINISHED = `document.querySelector('video.player')`

/** Plays from a moment on until another one. @returns where it is then */
function playBetween(page: FirefoxPage, player: string, from: number, to: number): Promise<number> {
  return page.evaluate(`(async () => {
    const player = ${player}
    player.muted = true
    player.currentTime = ${from}
    const arrived = new Promise((resolve, reject) => {
      const look = () => { if (player.currentTime >= ${to} || player.ended) resolve() }
      player.addEventListener('timeupdate', look)
      player.addEventListener('ended', look)
      player.addEventListener('error', () => reject(new Error('The video cannot be played.')))
    })
    await player.play()
    await arrived
    return player.currentTime
  })()`)
}

const missing = FIREFOX === null ? ['firefox-esr'] : []

describeWith(missing, 'apt-get install firefox-esr', 'a take that grows, in Firefox', () => {
  it('plays from its second window on, back and forth, and ends as the finished video', async () => {
    await buildPageIfStale()
    const { hub, id, release } = await startGrowingVideo()
    const page = await openInFirefox(`${hub.url}/#/takes/${id}`)
    await until(() => page.evaluate<boolean>(`${SO_FAR} !== null`))
    // Across the edge of the first two windows, while the last one is not rendered, and back.
    expect(await playBetween(page, SO_FAR, 2.5, 4)).toBeGreaterThanOrEqual(4)
    expect(await playBetween(page, SO_FAR, 0.5, 1)).toBeLessThan(4)
    const stream = await (await hub.fetch(`/v1/jobs/${id}/stream.m3u8`)).text()
    expect(stream.match(/#EXTINF/g)!.length).toBeLessThan(WINDOWS)

    release()
    await hub.ended(id)
    await until(() => page.evaluate<boolean>(`${FINISHED} !== null`))
    expect(await playBetween(page, FINISHED, SECONDS - 1, SECONDS + 1)).toBeCloseTo(SECONDS, 0)
  })
})
