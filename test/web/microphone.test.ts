// A microphone is open while a person records, and at no other time; what was said is kept however the recording ends.
import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { describeInBrowser, useBrowser } from '../support/browser.ts'
import { useSharedHub } from './page-steps.ts'

/** Has every microphone that the page opens noted, and opened after a moment, as when the browser asks for leave. */
async function watchMicrophones(page: Page): Promise<() => Promise<readonly string[]>> {
  await page.evaluate(`{
    window.tracks = []
    const media = navigator.mediaDevices
    const open = media.getUserMedia.bind(media)
    media.getUserMedia = async (wish) => {
      await new Promise((resolve) => setTimeout(resolve, 300))
      const stream = await open(wish)
      window.tracks.push(...stream.getTracks())
      return stream
    }
  }`)
  return () => page.evaluate('window.tracks.map(({ readyState }) => readyState)')
}

describeInBrowser('the microphone', () => {
  const openPage = useBrowser()
  const sharedHub = useSharedHub({ works: false })

  it('is one, however often the button is pressed, and given back when the recording is stopped', async () => {
    const hub = sharedHub()
    const { page, complaints } = await openPage(hub.url)
    const microphones = await watchMicrophones(page)
    for (const name of ['Record a voice', 'Record again']) {
      await page.getByRole('button', { name }).dblclick()
      await page.getByText(/^[1-9]\d*\.\d s$/).waitFor()
      await page.getByRole('button', { name: 'Stop recording' }).click()
      await page.getByRole('slider', { name: 'End of the voice' }).waitFor()
    }
    await expect.poll(microphones).toEqual(['ended', 'ended'])
    expect(complaints).toEqual([])
  })

  it('is given back when the person leaves, while it records and while the browser still asks', async () => {
    const hub = sharedHub()
    const { page } = await openPage(hub.url)
    const microphones = await watchMicrophones(page)
    await page.getByRole('button', { name: 'Record a voice' }).click()
    await page.getByRole('meter').waitFor()
    await page.getByRole('link', { name: 'Status' }).click()
    await page.getByRole('link', { name: 'Make', exact: true }).click()
    await page.getByRole('button', { name: 'Record a voice' }).click()
    await page.getByRole('link', { name: 'Status' }).click()
    await expect.poll(microphones).toEqual(['ended', 'ended'])
  })

  it('that is unplugged ends the recording, and keeps what was said', async () => {
    const hub = sharedHub()
    const { page, complaints } = await openPage(hub.url)
    await watchMicrophones(page)
    await page.getByRole('button', { name: 'Record a voice' }).click()
    await page.getByText(/^[1-9]\d*\.\d s$/).waitFor()
    // The recorder sees only that its one track has ended.
    await page.evaluate('window.tracks[0].stop()')
    await page.getByRole('slider', { name: 'End of the voice' }).waitFor()
    await page.getByRole('button', { name: 'Record again' }).waitFor()
    expect(complaints).toEqual([])
  })

  it('that may not be used, or is not there, is told of in words', async () => {
    const hub = sharedHub()
    const { page } = await openPage(hub.url)
    for (const [name, words] of [
      ['NotAllowedError', 'The browser does not let this page use the microphone.'],
      ['NotFoundError', 'There is no microphone.'],
    ] as const) {
      await page.evaluate(
        `navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('', '${name}') }`,
      )
      await page.getByRole('button', { name: 'Record a voice' }).click()
      await page.getByRole('alert').getByText(words).waitFor()
    }
  })
})
