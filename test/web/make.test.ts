// From a picture and a voice to a video that plays, in a real browser on a real hub with the preview engine.
import { expect, it } from 'vitest'
import { describeInBrowser, useBrowser } from '../support/browser.ts'
import { blackPng } from '../support/png-file.ts'
import { startTestHub, type TestHub } from '../support/test-hub.ts'
import {
  chooseMedia,
  create,
  drop,
  LONG_VOICE,
  PORTRAIT,
  PREVIEW,
  playToEnd,
  replaceMedia,
  TWO_PEOPLE,
  useSharedHub,
  VOICE,
} from './page-steps.ts'

/** It takes everything and looks at nothing: what is tested is what the page sends. */
const NOOP = { works: false }

/** Whether the browser has the draft by now. */
const IS_KEPT = `new Promise((answer) => {
  const request = indexedDB.open('infinitetalk')
  request.onsuccess = () => {
    const all = request.result.transaction('drafts').objectStore('drafts').getAll()
    all.onsuccess = () => answer(all.result.some(({ name, options, pile }) => name === 'First' && options.seed === 42 && pile.length === 1))
  }
})`

/** Changes the kept draft as if its picture and a further voice had been too large. */
const LOSE_LARGE_FILES = `new Promise((answer) => {
  const request = indexedDB.open('infinitetalk')
  request.onsuccess = () => {
    const store = request.result.transaction('drafts', 'readwrite').objectStore('drafts')
    const all = store.getAll()
    all.onsuccess = () => {
      const draft = all.result.find(({ name }) => name === 'First')
      const unkept = { inputs: ['film.mp4'], pile: ['hour.wav'] }
      store.put({ ...draft, visual: null, unkept }).onsuccess = () => answer()
    }
  }
})`

async function jobsOf(
  hub: TestHub,
): Promise<readonly { readonly input: Record<string, unknown> }[]> {
  const { views } = await hub.hub.jobs.list({ status: null, limit: 20, cursor: null })
  return views.map(({ job }) => ({ input: { ...job.input } }))
}

describeInBrowser('making a video on the page', () => {
  const openPage = useBrowser()
  const sharedHub = useSharedHub()

  it('turns a picture and a voice into a video that plays to its end', async () => {
    const hub = sharedHub()
    const { page, complaints } = await openPage(hub.url)
    await page.getByText('Choose a picture and a voice.').waitFor()
    await chooseMedia(page, PORTRAIT, VOICE)
    await page.getByRole('button', { name: 'Face 1 of 1' }).waitFor()
    await page.getByLabel('1:1 square', { exact: true }).check()
    await page.getByText('640 × 640').waitFor()
    await create(page)
    const played = await playToEnd(page)
    expect(played).toMatchObject({ videoWidth: 640, videoHeight: 640 })
    expect(played.duration).toBeCloseTo(2, 1)
    expect(played.currentTime).toBeCloseTo(played.duration, 1)
    expect(complaints).toEqual([])
  })

  it('says beforehand how long it will take, and what it will cost where an hour has a price', async () => {
    await using hub = await startTestHub({
      env: {
        ...PREVIEW.env,
        INFINITETALK_PRICE_PER_HOUR: 'comfyui=1,36',
        INFINITETALK_CURRENCY: 'EUR',
      },
    })
    await hub.ended(await hub.submit({ width: 128, height: 128 }))
    const { page } = await openPage(hub.url, { locale: 'en-GB' })
    await chooseMedia(page, PORTRAIT, VOICE)
    const words = await page.getByText(/^Takes about/).innerText()
    const [, seconds, euros] = /^Takes about (\d+) s, costs about €(\d+\.\d\d)/.exec(words) ?? []
    // A hundredth of a euro a second, to a second and a cent.
    expect(Number(euros), words).toBeGreaterThan((Number(seconds) - 1.6) / 100)
    expect(Number(euros), words).toBeLessThan((Number(seconds) + 1.6) / 100)
  })

  it('sends only what is left between the handles, also after a reload', async () => {
    const hub = sharedHub()
    const { page } = await openPage(hub.url)
    await chooseMedia(page, PORTRAIT, LONG_VOICE)
    const end = page.getByRole('slider', { name: 'End of the voice' })
    await end.focus()
    for (let step = 0; step < 11; step++) await page.keyboard.press('Shift+ArrowLeft')
    await page.getByText('2.1 s of video').waitFor()
    await page.getByLabel('Name of this draft').fill('First')
    await page.getByLabel('Seed', { exact: true }).fill('42')
    await page.getByRole('button', { name: 'New draft' }).click()
    await page.getByText('Choose a picture and a voice.').waitFor()
    await page.getByText('1 other draft').click()
    await page.getByRole('button', { name: /^First/ }).click()
    await page.getByLabel('Add voices, each for a video of its own').setInputFiles(VOICE)
    await page.getByText('One more voice, for a video of its own').waitFor()
    await expect.poll(() => page.evaluate(IS_KEPT), { timeout: 60_000 }).toBe(true)
    await page.reload()
    await page.getByText('2.1 s of video').waitFor()
    await page.getByRole('button', { name: 'Remove two-seconds.wav' }).waitFor()
    await page.getByRole('button', { name: 'Create 2 videos' }).waitFor()
    expect(await page.getByLabel('Seed', { exact: true }).inputValue()).toBe('42')
    expect(await page.getByLabel('Name of this draft').inputValue()).toBe('First')
    // The page is not open here, so that it does not keep the draft again.
    await page.goto(`${hub.url}/llms.txt`)
    await page.evaluate(LOSE_LARGE_FILES)
    await page.goto(hub.url)
    await page.getByText('Too large for this browser to keep: hour.wav.').waitFor()
    await page.getByText('film.mp4 is too large for this browser to keep.').waitFor()
  })

  it('records a voice with the microphone, which the hub can read', async () => {
    const hub = sharedHub()
    const { page, complaints } = await openPage(hub.url)
    await page.getByLabel('Choose a picture', { exact: true }).setInputFiles(PORTRAIT)
    await page.getByRole('button', { name: 'Record a voice' }).click()
    await page.getByRole('meter').waitFor()
    // The clock beside the meter is the page's own.
    await page.getByText(/^(1\.[5-9]|[2-9]\.\d) s$/).waitFor()
    await page.getByRole('button', { name: 'Stop recording' }).click()
    await page.getByRole('slider', { name: 'End of the voice' }).waitFor()
    await page.getByRole('button', { name: 'Record again' }).waitFor()
    // The length is the hub's, which has decoded the recording.
    await page.getByText(/^[1-9](\.\d)? s of video/).waitFor()
    expect(await page.getByRole('button', { name: 'Create video' }).isEnabled()).toBe(true)
    expect(complaints).toEqual([])
  })

  it('takes what is pasted', async () => {
    const hub = sharedHub()
    const { page } = await openPage(hub.url)
    await page.evaluate(`{
      const data = new DataTransfer()
      data.items.add(new File(['<svg/>'], 'pasted.png', { type: 'image/png' }))
      dispatchEvent(new ClipboardEvent('paste', { clipboardData: data }))
    }`)
    await page.getByText('pasted.png').first().waitFor()
  })

  it('says in words, at its place and with the code, what is wrong with a file', async () => {
    const hub = sharedHub()
    const before = await jobsOf(hub)
    const { page } = await openPage(hub.url)
    const broken = { name: 'broken.png', mimeType: 'image/png', buffer: Buffer.from('no picture') }
    await chooseMedia(page, broken, VOICE)
    const card = page.locator('.picture-card')
    await card.getByRole('alert').getByText('image_unsupported').waitFor()
    await page.getByText('The picture cannot be used.').waitFor()
    expect(await page.getByRole('button', { name: 'Create video' }).isDisabled()).toBe(true)
    const mute = { name: 'voice.wav', mimeType: 'audio/wav', buffer: Buffer.from('no sound') }
    await replaceMedia(page, PORTRAIT, mute)
    await page.getByLabel('Voice').getByRole('alert').getByText('audio_unsupported').waitFor()
    await page.getByText('The voice cannot be used.').waitFor()
    expect(await card.getByRole('alert').count()).toBe(0)
    const faceless = { name: 'black.png', mimeType: 'image/png', buffer: blackPng(320, 320) }
    await replaceMedia(page, faceless, VOICE)
    await card.getByRole('alert').getByText('no_face_found').waitFor()
    expect(await page.getByRole('button', { name: 'Create video' }).isDisabled()).toBe(true)
    expect(await jobsOf(hub)).toEqual(before)
  })

  it('takes what is dropped on a field or beside it, and loses no draft by a drop that missed', async () => {
    const hub = sharedHub()
    const { page } = await openPage(hub.url)
    await drop(page, PORTRAIT, 'image/png', '.picture-card .drop-zone')
    await page.getByRole('button', { name: 'Face 1 of 1' }).waitFor()
    await drop(page, VOICE, 'audio/wav', 'body')
    await page.getByText(/of video/).waitFor()
    await drop(page, TWO_PEOPLE, 'image/png', 'body')
    await page.getByRole('button', { name: 'Face 2 of 2' }).waitFor()
    expect(await drop(page, 'package.json', 'application/json', 'body')).toBe(true)
  })

  it('shows the bars that the video will have around the whole picture', async () => {
    const hub = sharedHub()
    const { page } = await openPage(hub.url)
    await chooseMedia(page, TWO_PEOPLE, VOICE)
    await page.getByRole('button', { name: 'Face 2 of 2' }).waitFor()
    await page.getByLabel('9:16 phone', { exact: true }).check()
    await page.getByLabel('Whole picture, with bars').check()
    await page.getByText('432 × 768').waitFor()
    const frame = (await page.locator('.has-bars').boundingBox())!
    const picture = (await page.getByAltText('Chosen: two-people.png').boundingBox())!
    expect(frame.width / frame.height).toBeCloseTo(432 / 768, 2)
    expect(picture.width).toBeCloseTo(frame.width, 0)
    expect(picture.height).toBeLessThan(frame.height / 2)
  })

  it('sends the parameters that were set, and no others', async () => {
    await using hub = await startTestHub({ ...PREVIEW, works: false })
    const { page } = await openPage(hub.url)
    await chooseMedia(page, PORTRAIT, VOICE)
    await page.getByLabel('Prompt').fill('<b>Not bold</b>')
    await page.getByLabel('9:16 phone', { exact: true }).check()
    await page.getByLabel('Seed', { exact: true }).fill('42')
    await page.getByText('Advanced').click()
    await page.getByLabel('max frames').fill('50')
    await create(page)
    // User text is text: the markup in it is read, not obeyed.
    await page.getByRole('heading', { name: '<b>Not bold</b>' }).waitFor()
    const [job] = await jobsOf(hub)
    expect(job?.input).toMatchObject({
      prompts: ['<b>Not bold</b>'],
      aspectRatio: '9:16',
      seed: 42,
      maxFrames: 50,
      explicit: ['resolution', 'aspect_ratio', 'prompt', 'max_frames', 'seed'],
    })
  })

  it('takes LoRAs a row each, by keyboard, and sends those that have a name', async () => {
    await using hub = await startTestHub(NOOP)
    const { page } = await openPage(hub.url)
    await page.getByLabel('Choose a picture or video', { exact: true }).setInputFiles(PORTRAIT)
    await page.getByLabel('Choose a file: Voice', { exact: true }).setInputFiles(VOICE)
    await page.locator('summary', { hasText: 'Advanced' }).press('Enter')
    const add = page.getByRole('button', { name: 'Add a LoRA' })
    await add.press('Enter')
    await page.keyboard.type('looks/old film.safetensors')
    await page.keyboard.press('Tab')
    await page.keyboard.type('0.8')
    await add.press('Enter')
    await add.press('Enter')
    await page.keyboard.type('rain.safetensors')
    await page.getByRole('button', { name: 'Remove LoRA 2' }).press('Enter')
    expect(await page.getByLabel('File of LoRA 2').inputValue()).toBe('rain.safetensors')
    await add.press('Enter')
    await create(page)
    const [job] = await jobsOf(hub)
    expect(job?.input).toMatchObject({
      loras: [
        { name: 'looks/old film.safetensors', strength: 0.8 },
        { name: 'rain.safetensors', strength: 1 },
      ],
    })
  })

  it('gives two speakers a voice and a box each, where the engine can', async () => {
    await using hub = await startTestHub(NOOP)
    const { page } = await openPage(hub.url)
    await page.getByLabel('Choose a picture or video', { exact: true }).setInputFiles(TWO_PEOPLE)
    await page.getByLabel('Two', { exact: true }).check()
    await page.getByLabel('Choose a file: Left voice', { exact: true }).setInputFiles(VOICE)
    await page.getByLabel('Choose a file: Right voice', { exact: true }).setInputFiles(VOICE)
    await page.getByText('Drag the frame').waitFor()
    await page.getByRole('button', { name: 'Right speaker' }).press('ArrowLeft')
    const box = (await page.getByRole('button', { name: 'Left speaker' }).boundingBox())!
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
    await page.mouse.down()
    await page.mouse.move(box.x + box.width / 2 - 10, box.y + box.height / 2)
    await page.mouse.up()
    await create(page)
    const [job] = await jobsOf(hub)
    const [left, right] = job!.input.voices as readonly { speaker: string; box: number[] }[]
    expect([left?.speaker, right?.speaker]).toEqual(['left', 'right'])
    // They began around the faces, at 0.02 and at the middle between both.
    expect(left!.box[0]).toBeLessThan(0.02)
    expect(right!.box[0]).toBeCloseTo(0.48, 2)
  })

  it('sends the frame that was put by hand, and who speaks when in one recording', async () => {
    await using hub = await startTestHub(NOOP)
    const { page } = await openPage(hub.url)
    await page.getByLabel('Choose a picture or video', { exact: true }).setInputFiles(TWO_PEOPLE)
    await page.getByText('Drag the frame').waitFor()
    const frame = page.getByRole('slider', { name: /^Frame of the video/ })
    for (let times = 0; times < 5; times++) await frame.press('+')
    const picture = (await page.locator('.picture-content').boundingBox())!
    const [x, y] = [picture.x + picture.width / 2, picture.y + picture.height / 2]
    await page.mouse.move(x, y)
    await page.mouse.down()
    await page.mouse.move(x + picture.width, y, { steps: 3 })
    await page.mouse.up()
    await page.getByLabel('Two', { exact: true }).check()
    await page.getByLabel('One with both').check()
    await page.getByLabel('Choose a file: Voice', { exact: true }).setInputFiles(LONG_VOICE)
    await page.getByLabel('Position in the voice').fill('3')
    await page.getByRole('button', { name: 'Split where it plays' }).click()
    await page.getByRole('slider', { name: 'End of turn 1' }).press('Shift+ArrowRight')
    await create(page)
    const [job] = await jobsOf(hub)
    expect(job?.input).toMatchObject({
      personCount: 'multi',
      dialogue: {
        turns: [
          { speaker: 'left', fromSeconds: 0, toSeconds: 3.5 },
          { speaker: 'right', fromSeconds: 3.5 },
        ],
      },
    })
    const [left, , width] = job!.input.crop as readonly number[]
    expect(width).toBeCloseTo(1 / 1.1 ** 5, 2)
    expect(left! + width!).toBeCloseTo(1, 2)
  })

  it('makes several voices and variants at once, side by side, and brings them as one file', async () => {
    await using hub = await startTestHub()
    const { page, complaints } = await openPage(hub.url)
    await page.getByLabel('Choose a picture or video', { exact: true }).setInputFiles(PORTRAIT)
    await page
      .getByLabel('Choose a file: Voice', { exact: true })
      .setInputFiles([VOICE, LONG_VOICE, VOICE])
    await page.getByRole('button', { name: 'Remove two-seconds.wav' }).click()
    await page.getByText('One more voice').waitFor()
    await page.getByLabel('2', { exact: true }).check()
    await page.getByRole('button', { name: 'Create 4 videos' }).click()
    await page.getByText('All 4 ready').waitFor()
    expect(await page.getByRole('link', { name: /seed \d+$/ }).count()).toBe(4)
    const download = page.waitForEvent('download')
    await page.getByRole('link', { name: 'Download all' }).click()
    expect((await download).suggestedFilename()).toBe('portrait – two-seconds.zip')
    const inputs = (await jobsOf(hub)).map(({ input }) => input)
    expect(new Set(inputs.map(({ seed }) => seed)).size).toBe(2)
    expect(complaints).toEqual([])
  })

  it('cancels all of a batch', async () => {
    await using hub = await startTestHub(NOOP)
    const { page } = await openPage(hub.url)
    await page.getByLabel('Choose a picture or video', { exact: true }).setInputFiles(PORTRAIT)
    await page.getByLabel('Choose a file: Voice', { exact: true }).setInputFiles(VOICE)
    await page.getByLabel('3', { exact: true }).check()
    await page.getByRole('button', { name: 'Create 3 videos' }).click()
    await page.getByRole('button', { name: 'Cancel all' }).click()
    await page.getByText('0 of 3 ready, 3 canceled').waitFor()
  })

  it('takes a video instead of a picture, where the engine can', async () => {
    await using hub = await startTestHub(NOOP)
    const { page } = await openPage(hub.url)
    const video = { name: 'clip.mp4', mimeType: 'video/mp4', buffer: Buffer.from('not looked at') }
    await page.getByLabel('Choose a picture or video', { exact: true }).setInputFiles(video)
    await page.getByLabel('Choose a file: Voice', { exact: true }).setInputFiles(VOICE)
    await create(page)
    expect((await jobsOf(hub))[0]?.input).toMatchObject({ inputType: 'video' })
  })
})
