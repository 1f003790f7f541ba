// The studio in Firefox: one short check for each thing that the page promises (issue "The page becomes a studio", by its line numbers).
// Line 18, a video that plays while it grows, has a test of its own: firefox.test.ts.
import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { buildPageIfStale } from '../../packages/web/build.ts'
import { FIREFOX, type FirefoxPage, openInFirefox } from '../support/firefox.ts'
import { describeWith } from '../support/requires.ts'
import { startTestHub } from '../support/test-hub.ts'
import { TWO_PEOPLE, VOICE } from '../web/page-steps.ts'

/** Nothing answers there: one engine is away, the preview is ready. */
const AWAY = { env: { INFINITETALK_ENGINE: 'comfyui', COMFYUI_URL: 'http://127.0.0.1:9' } }

/** The looks and clicks of a person, as functions of the page: it is loaded again after each reload. */
const HANDS = `(() => {
  const nameOf = (element) => (element.getAttribute('aria-label') ?? element.textContent).trim()
  const matches = (name, wanted) => (wanted instanceof RegExp ? wanted.test(name) : name === wanted)
  const until = async (words, look) => {
    for (let tries = 0; tries < 1200; tries++) {
      const found = look()
      if (found) return found
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    throw new Error('Not there: ' + words + '. The page: ' + document.body.innerText.slice(0, 600))
  }
  const all = (selector) => [...document.querySelectorAll(selector)]
  const find = (selector, name) =>
    until(selector + ' ' + name, () => all(selector).find((element) => matches(nameOf(element), name)))
  const hands = {
    until,
    find,
    text: (words) => until(words, () => document.body.innerText.includes(words)),
    button: (name) => find('button, a, summary', name),
    press: async (name) => {
      const button = await until('enabled ' + name, () =>
        all('button, a, summary').find((each) => matches(nameOf(each), name) && !each.disabled))
      button.click()
    },
    choose: async (name) => (await find('label.segment, label.choose', name)).querySelector('input').click(),
    write: async (name, text) => {
      const field = await until('field ' + name, () =>
        all('input, textarea').find((each) => matches(each.getAttribute('aria-label') ?? each.labels[0]?.textContent.trim() ?? '', name)))
      field.value = text
      field.dispatchEvent(new Event('input', { bubbles: true }))
    },
    give: async (name, content, fileName, type) => {
      const field = await until('file field ' + name, () => all('input[type=file]').find((each) => matches(each.getAttribute('aria-label') ?? '', name)))
      const bytes = content instanceof Blob ? content : Uint8Array.from(atob(content), (each) => each.charCodeAt(0))
      const transfer = new DataTransfer()
      transfer.items.add(new File([bytes], fileName, { type }))
      field.files = transfer.files
      field.dispatchEvent(new Event('change', { bubbles: true }))
    },
    go: async (hash, heading) => {
      location.hash = hash
      await find('h1, h2', heading)
    },
    drawn: (side) => {
      const canvas = document.createElement('canvas')
      canvas.width = side
      canvas.height = side
      canvas.getContext('2d').fillRect(0, 0, side, side)
      return new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.5))
    },
    /** The size that the estimate names. */
    size: () => /(\\d+) × (\\d+)/.exec(document.querySelector('.estimate')?.innerText ?? '')?.slice(1).map(Number) ?? null,
    key: (target, key) => target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true })),
  }
  window.hands = hands
  return true
})()`

type Check = readonly [line: number, words: string, steps: string]

/** Each begins where the one before it ended. */
function checksWith(twoPeople: string, voice: string): readonly Check[] {
  return [
    [
      1,
      'the engine that is ready is chosen, and the other says that it is not',
      `await hands.find('label.segment', 'comfyui, not ready')
       const ready = await hands.find('label.segment', 'preview, ready')
       return ready.querySelector('input').checked && document.querySelector('.engine-chip').innerText === 'CPU preview'`,
    ],
    [
      2,
      'a picture without a face is blocked with its reason',
      `await hands.give('Choose a picture', await hands.drawn(400), 'wall.jpg', 'image/jpeg')
       await hands.give('Choose a file: Voice', '${voice}', 'voice.wav', 'audio/wav')
       await hands.text('No clear face was found in this picture.')
       return (await hands.button('Create video')).disabled`,
    ],
    [
      11,
      'one click brings the example',
      `await hands.press('New draft')
       await hands.press('No picture at hand? Use the example')
       await hands.text('of video')
       return !(await hands.button('Create video')).disabled`,
    ],
    [
      3,
      'a shape comes out as it is named',
      `await hands.choose('16:9 wide')
       const [width, height] = await hands.until('a wide video', () => { const size = hands.size(); return size !== null && size[0] > size[1] && size })
       return Math.abs(width / height - 16 / 9) < 0.01`,
    ],
    [
      4,
      'another shape is drawn at once, and said to be confirmed',
      `const { fetch } = window
       let release = () => {}
       const held = new Promise((resolve) => { release = resolve })
       window.fetch = async (...words) => { if (String(words[0].url ?? words[0]).includes('/v1/estimate')) await held; return fetch(...words) }
       await hands.choose('9:16 phone')
       await hands.text('being confirmed …')
       const [width, height] = hands.size()
       window.fetch = fetch
       release()
       await hands.until('confirmed estimate', () => document.querySelector('.estimate[aria-busy=false]'))
       return height > width`,
    ],
    [
      5,
      'the stand-in says that it is one, with a link that works',
      `const link = await hands.find('a', 'connect a GPU')
       return document.querySelector('.stand-in').innerText.startsWith('CPU preview.') && link.hash === '#/status'`,
    ],
    [
      12,
      'the frame is zoomed and moved',
      `const frame = await hands.find('[role=slider]', /^Frame of the video/)
       const zoom = () => Number(frame.getAttribute('aria-valuenow'))
       for (let times = 0; times < 3; times++) {
         const before = zoom()
         hands.key(frame, '+')
         await hands.until('larger zoom', () => zoom() > before)
       }
       await hands.press('Place it automatically')
       return true`,
    ],
    [
      14,
      'the waveform zooms, and a PDF is no voice',
      `await hands.press('Zoom in')
       await hands.press('Zoom out')
       await hands.give('Choose another file: Voice', btoa('%PDF'), 'words.pdf', 'application/pdf')
       await hands.text('words.pdf is no sound.')
       return true`,
    ],
    [
      15,
      'the parameters are in groups, with what was changed and a way back',
      `await hands.press('Advanced')
       await hands.find('legend', 'Size and length')
       await hands.write('max frames', '25')
       await hands.press('Reset all 1')
       await hands.choose('1:1 square')
       return (await hands.find('legend', 'Motion')) !== null`,
    ],
    [
      10,
      'a text can be the voice',
      `await hands.press('New draft')
       await hands.give('Choose a picture', '${twoPeople}', 'two.png', 'image/png')
       await hands.choose('Text')
       const isDisabled = (await hands.button('Hear it')).disabled
       await hands.write('Words', 'Good morning')
       await hands.until('a button that speaks', () => ![...document.querySelectorAll('button')].find((each) => each.textContent.includes('Hear it')).disabled)
       await hands.choose('Recording')
       return isDisabled`,
    ],
    [
      20,
      'two speakers have boxes with names',
      `await hands.choose('Two')
       await hands.button(/^Left speaker: arrow keys/)
       await hands.button(/^Right speaker: arrow keys/)
       await hands.choose('One')
       return true`,
    ],
    [
      13,
      'variants become a batch',
      `await hands.give('Choose a file: Voice', '${voice}', 'voice.wav', 'audio/wav')
       await hands.press('Advanced')
       await hands.write('max frames', '10')
       await hands.choose('2')
       await hands.press('Create 2 videos')
       await hands.text('All 2 ready')
       return document.querySelectorAll('video').length === 2`,
    ],
    [
      6,
      'a take is renamed, kept and named for its download',
      `await hands.go('#/takes', 'Takes')
       await hands.until('a take', () => document.querySelector('.take-card'))
       document.querySelector('.take-card').click()
       await hands.press('Rename this take')
       await hands.write('Name of the take', 'Firefox')
       await hands.press('Rename')
       await hands.find('h1', 'Firefox')
       const keep = await hands.find('label', /^Keep it/)
       keep.querySelector('input').click()
       await hands.text('Kept until you delete it')
       return (await hands.button('Download')).download === 'Firefox.mp4'`,
    ],
    [
      16,
      'the models are listed with what is missing',
      `await hands.go('#/status', 'Models')
       await hands.text('files are there;')
       return document.querySelectorAll('.models li').length > 3`,
    ],
    [
      17,
      'an operation of the API is found and tried',
      `await hands.go('#/api', 'API')
       await hands.write('Search operations', '/v1/engines')
       await hands.press(/^GET\\/v1\\/engines/)
       await hands.press('Send GET')
       await hands.text('200 OK')
       return true`,
    ],
    [
      19,
      'the page changes its language, and ? lists the keys',
      `await hands.press(/Deutsch/)
       await hands.text('Ausprobieren')
       hands.key(document.body, '?')
       await hands.until('the list of keys', () => document.querySelector('dialog[open]'))
       document.querySelector('dialog').close()
       await hands.press(/English/)
       await hands.text('Try it')
       return document.documentElement.lang === 'en'`,
    ],
    [
      8,
      'a photo of too many pixels is made smaller',
      `await hands.go('#/', 'Video')
       await hands.press('New draft')
       const { fetch } = window
       const seen = new Promise((resolve) => {
         window.fetch = async (...words) => {
           const response = await fetch(...words)
           if (/\\/faces$/.test(String(words[0].url ?? words[0]))) resolve(await response.clone().json())
           return response
         }
       })
       await hands.give('Choose a picture', await hands.drawn(5200), 'photo.jpg', 'image/jpeg')
       const { width, height } = await seen
       window.fetch = fetch
       return width * height <= 24_000_000 && width > 4000`,
    ],
  ]
}

/** A failed check does not hide the next one. */
async function failuresOf(page: FirefoxPage, checks: readonly Check[]): Promise<readonly string[]> {
  const failures: string[] = []
  for (const [line, words, steps] of checks) {
    const answer = await page.evaluate<unknown>(
      `(async () => { ${steps} })().catch((error) => String(error))`,
    )
    if (answer !== true) failures.push(`line ${line}: ${words}: ${answer}`)
  }
  return failures
}

const missing = FIREFOX === null ? ['firefox-esr'] : []

describeWith(missing, 'apt-get install firefox-esr', 'the page, in Firefox', () => {
  it('does what each line asks', async () => {
    await buildPageIfStale()
    await using hub = await startTestHub(AWAY)
    const [twoPeople, voice] = await Promise.all(
      [TWO_PEOPLE, VOICE].map((path) => readFile(path, 'base64')),
    )
    const page = await openInFirefox(hub.url)
    await page.evaluate(HANDS)
    expect(await failuresOf(page, checksWith(twoPeople!, voice!))).toEqual([])
  })

  it('keeps a draft over a reload, and says that the hub is away', async () => {
    await buildPageIfStale()
    const hub = await startTestHub(AWAY)
    const page = await openInFirefox(hub.url)
    await page.evaluate(HANDS)
    const kept = `new Promise((answer) => {
      const request = indexedDB.open('infinitetalk')
      request.onsuccess = () => {
        const all = request.result.transaction('drafts').objectStore('drafts').getAll()
        all.onsuccess = () => answer(all.result.length)
      }
    })`
    const reload = [
      7,
      'the draft is there again',
      `await hands.press('No picture at hand? Use the example')
       await hands.text('of video')
       return true`,
    ] as const
    expect(await failuresOf(page, [reload])).toEqual([])
    await expect.poll(() => page.evaluate(kept)).toBe(1)
    await page.evaluate(`void setTimeout(() => location.reload())`)
    await expect.poll(() => page.evaluate('typeof hands').catch(() => null)).toBe('undefined')
    await page.evaluate(HANDS)
    expect(
      await failuresOf(page, [
        [7, 'the draft is there again', `await hands.text('of video'); return true`],
      ]),
    ).toEqual([])
    await hub.stop()
    const away = `await hands.go('#/status', 'Status'); await hands.text('The hub does not answer.'); return true`
    expect(await failuresOf(page, [[9, 'the hub is away', away]])).toEqual([])
  })
})
