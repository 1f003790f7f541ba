// The page on a phone: two fingers on the frame of the video, and a photo of more pixels than the hub accepts.
import type { Page } from 'playwright-core'
import sharp from 'sharp'
import { expect, it } from 'vitest'
import { describeInBrowser, useBrowser } from '../support/browser.ts'
import { create, PORTRAIT, useSharedHub, VOICE } from './page-steps.ts'

/** 53 megapixels: the hub accepts 50. */
const SIDE = 7300

/** Two fingers around a point move apart, or together. */
async function pinch(
  page: Page,
  { x, y }: { readonly x: number; readonly y: number },
  from: number,
  to: number,
): Promise<void> {
  const { send } = await touchesOf(page)
  const STEPS = 8
  const fingers = (apart: number) => [
    { id: 0, x: x - apart / 2, y },
    { id: 1, x: x + apart / 2, y },
  ]
  await send('touchStart', fingers(from))
  for (let step = 1; step <= STEPS; step++) {
    await send('touchMove', fingers(from + ((to - from) * step) / STEPS))
  }
  await send('touchEnd', [])
}

async function touchesOf(page: Page) {
  const session = await page.context().newCDPSession(page)
  return {
    send: (
      type: 'touchStart' | 'touchMove' | 'touchEnd',
      touchPoints: { id: number; x: number; y: number }[],
    ) => session.send('Input.dispatchTouchEvent', { type, touchPoints }),
  }
}

describeInBrowser('the page on a phone', () => {
  const openPage = useBrowser()
  const sharedHub = useSharedHub({ works: false })

  it('zooms the frame of the video with two fingers, and leaves the page as it is', async () => {
    const { page } = await openPage(sharedHub().url, {
      viewport: { width: 390, height: 844 },
      hasTouch: true,
    })
    await page.getByLabel('Choose a picture', { exact: true }).setInputFiles(PORTRAIT)
    const frame = page.getByRole('slider', { name: /^Frame of the video/ })
    await frame.waitFor()
    await frame.scrollIntoViewIfNeeded()
    const { x, y, width, height } = (await frame.boundingBox())!
    const middle = { x: x + width / 2, y: y + height / 2 }
    const zoom = async (): Promise<number> => Number(await frame.getAttribute('aria-valuenow'))
    expect(await zoom()).toBe(1)
    // The whole picture is in the frame: nothing but the fingers says that it can be smaller.
    await pinch(page, middle, 80, 160)
    await expect.poll(zoom).toBeGreaterThan(1.7)
    expect(await zoom()).toBeLessThan(2.3)
    await pinch(page, middle, 160, 100)
    await expect.poll(zoom).toBeLessThan(1.5)
    expect(await page.evaluate('visualViewport.scale')).toBe(1)
  })

  it('makes a photo of 53 megapixels smaller before it is sent', async () => {
    const buffer = await sharp(PORTRAIT).resize(SIDE, SIDE).jpeg({ quality: 60 }).toBuffer()
    const { page, complaints } = await openPage(sharedHub().url)
    await page
      .getByLabel('Choose a picture', { exact: true })
      .setInputFiles({ name: 'photo.jpg', mimeType: 'image/jpeg', buffer })
    await page.getByLabel('Choose a file: Voice', { exact: true }).setInputFiles(VOICE)
    await page.getByRole('button', { name: 'Face 1 of 1' }).waitFor()
    await create(page)
    const id = page.url().split('/').at(-1)
    const sent = await (await sharedHub().fetch(`/v1/jobs/${id}/inputs/image`)).arrayBuffer()
    const { width, height, format } = await sharp(Buffer.from(sent)).metadata()
    expect(format).toBe('jpeg')
    expect(width).toBe(height)
    expect(width * height).toBeLessThanOrEqual(24_000_000)
    expect(width * height).toBeGreaterThan(23_900_000)
    expect(complaints).toEqual([])
  })
})
