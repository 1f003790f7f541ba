// A person without a mouse gets from the first Tab to the video that plays, by the keys alone.
import { expect, it } from 'vitest'
import { describeInBrowser, useBrowser } from '../support/browser.ts'
import { startTestHub } from '../support/test-hub.ts'
import { keyboardOf } from './keyboard.ts'
import { PORTRAIT, useSharedHub, VOICE } from './page-steps.ts'

describeInBrowser('the page by keyboard', () => {
  const openPage = useBrowser()
  const sharedHub = useSharedHub()

  it('makes a video, plays it, and makes another of it', async () => {
    const hub = sharedHub()
    const { page, complaints } = await openPage(hub.url)
    const keys = keyboardOf(page)
    await page.getByText('Choose a picture and a voice.').waitFor()
    await keys.tabTo('Skip to the content')
    await page.keyboard.press('Enter')
    await keys.choose('Choose a picture', PORTRAIT)
    await keys.choose('Choose a file: Voice', VOICE)
    await keys.tabTo('Prompt')
    await page.keyboard.type('Good news')
    await keys.tabTo('As the picture')
    await page.keyboard.press('ArrowRight')
    await page.getByText(/of video/).waitFor()
    await keys.tabTo('Create video')
    await page.keyboard.press('Enter')
    await page.waitForURL(/#\/takes\/job_/)
    await page.getByRole('heading', { name: 'Good news' }).waitFor()
    const id = page.url().split('/').at(-1)!
    const { job } = await hub.hub.jobs.get(id)
    expect(job.input).toMatchObject({ prompts: ['Good news'], aspectRatio: '1:1' })
    const video = page.locator('video')
    await video.waitFor()
    await video.focus()
    await page.keyboard.press('Space')
    const playedTo = (): Promise<number> =>
      page.evaluate(`document.querySelector('video').currentTime`)
    await expect.poll(playedTo).toBeGreaterThan(0.2)
    await keys.tabTo('Use again')
    await page.keyboard.press('Enter')
    await page.getByText(/of video/).waitFor()
    expect(await page.getByLabel('Prompt').inputValue()).toBe('Good news')
    expect(complaints).toEqual([])
  })

  it('walks through takes, deletes one and takes that back, begins a draft: by single keys', async () => {
    await using hub = await startTestHub()
    for (const title of ['First', 'Second']) {
      await hub.ended(await hub.submit({ metadata: { title } }))
    }
    const { page, complaints } = await openPage(hub.url, { path: '/#/takes' })
    const first = page.getByRole('link', { name: /First/ })
    await first.waitFor()
    await page.keyboard.press('j')
    await page.keyboard.press('j')
    await page.keyboard.press('Delete')
    await page.getByText('Deleted: First').waitFor()
    expect(await first.count()).toBe(0)
    await page.getByRole('button', { name: 'Undo' }).click()
    await first.waitFor()
    await page.keyboard.press('?')
    await page.getByRole('dialog', { name: 'Keyboard' }).waitFor()
    await page.keyboard.press('Escape')
    await first.click()
    await page.getByRole('heading', { name: 'First' }).waitFor()
    await page.keyboard.press('k')
    await page.getByRole('heading', { name: 'Second' }).waitFor()
    await page.keyboard.press('n')
    await page.getByText('Choose a picture and a voice.').waitFor()
    expect(complaints).toEqual([])
  })

  it('leaves a mark where the keyboard is, on everything it reaches', async () => {
    const hub = sharedHub()
    const { page } = await openPage(hub.url)
    const keys = keyboardOf(page)
    await page.getByText('Choose a picture and a voice.').waitFor()
    const unmarked: string[] = []
    const seen = new Set<string>()
    for (;;) {
      await page.keyboard.press('Tab')
      const name = await keys.focused()
      if (name === '' || seen.has(name)) break
      seen.add(name)
      if (!(await keys.isMarked())) unmarked.push(name)
    }
    expect(unmarked).toEqual([])
    expect(seen).toContain('Choose a file: Voice')
  })
})
