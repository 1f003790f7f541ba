// The captions of a take whose voice was a text: once on the screen, whether they are burnt in or not.
import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { describeInBrowser, useBrowser } from '../support/browser.ts'
import { describeWith } from '../support/requires.ts'
import { startSpeechServer } from '../support/speech-server.ts'
import { startTestHub, tinyRequest } from '../support/test-hub.ts'

interface Video {
  readonly textTracks: readonly [
    { readonly mode: string; readonly cues: { length: number } | null },
  ]
}

/** Whether the browser shows its own captions, and how many it has. */
async function captionsOn(page: Page) {
  await page.locator('video.player track').waitFor({ state: 'attached' })
  return page.locator('video.player').evaluate((element) => {
    const [{ mode, cues }] = (element as unknown as Video).textTracks
    return { mode, some: (cues?.length ?? 0) > 0 }
  })
}

const HOW = 'apt-get install espeak-ng'

describeWith(['espeak-ng'], HOW, 'the captions of a take', () => {
  describeInBrowser('in a browser', () => {
    const openPage = useBrowser()

    it('are shown by the player, unless the picture has them', async () => {
      const { url } = await startSpeechServer()
      await using hub = await startTestHub({ env: { SPEECH_URL: url } })
      const { image } = await tinyRequest()
      const ask = { image, audio: { text: 'Hello there.' } }
      const plain = await hub.submit(ask)
      const burnt = await hub.submit({ ...ask, captions: 'burn' })
      for (const id of [plain, burnt]) await hub.ended(id)
      const { page } = await openPage(hub.url, { path: `/#/takes/${plain}` })
      await expect.poll(() => captionsOn(page)).toEqual({ mode: 'showing', some: true })
      const { page: second } = await openPage(hub.url, { path: `/#/takes/${burnt}` })
      expect(await captionsOn(second)).toEqual({ mode: 'disabled', some: false })
    })
  })
})
