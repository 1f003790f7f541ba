// The steps of a person on the page, by what they see of it.
import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll } from 'vitest'
import { longVoice } from '../support/long-voice.ts'
import { ROOT } from '../support/run-infinitetalk.ts'
import { startTestHub, type TestHub } from '../support/test-hub.ts'

export const PORTRAIT: string = join(ROOT, 'examples/portrait.png')
export const TWO_PEOPLE: string = join(ROOT, 'examples/two-people.png')
/** Two seconds: most tests are not about the length. */
export const VOICE: string = join(ROOT, 'test/fixtures/two-seconds.wav')
/** 7.6 s: three windows of 81 frames. */
export const LONG_VOICE: string = join(ROOT, 'examples/speech.wav')

export const PREVIEW = { env: { INFINITETALK_ENGINE: 'preview' } } as const

/** A hub for all tests of a file that do not care about other takes: it looks for the faces of a picture once. */
export function useSharedHub(options: { readonly works?: boolean } = {}): () => TestHub {
  let hub: TestHub | null = null
  beforeAll(async () => {
    hub = await startTestHub({ ...PREVIEW, ...options })
  })
  afterAll(() => hub?.stop())
  return () => hub!
}

export type ChosenFile =
  | string
  | { readonly name: string; readonly mimeType: string; readonly buffer: Buffer }

export async function chooseMedia(
  page: Page,
  picture: ChosenFile,
  voice: ChosenFile,
): Promise<void> {
  await page.getByLabel('Choose a picture', { exact: true }).setInputFiles(picture)
  await page.getByLabel('Choose a file: Voice', { exact: true }).setInputFiles(voice)
}

/** Other files in the place of those that were chosen. */
export async function replaceMedia(
  page: Page,
  picture: ChosenFile,
  voice: ChosenFile,
): Promise<void> {
  await page.getByLabel('Choose another picture', { exact: true }).setInputFiles(picture)
  await page.getByLabel('Choose another file: Voice', { exact: true }).setInputFiles(voice)
}

/**
 * Lets a file fall on an element.
 * @returns whether the page kept the browser from opening it
 */
export async function drop(
  page: Page,
  path: string,
  type: string,
  selector: string,
): Promise<boolean> {
  const content = (await readFile(path)).toString('base64')
  return page.evaluate(`{
    const bytes = Uint8Array.from(atob('${content}'), (each) => each.charCodeAt(0))
    const dataTransfer = new DataTransfer()
    dataTransfer.items.add(new File([bytes], '${basename(path)}', { type: '${type}' }))
    const event = new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true })
    !document.querySelector('${selector}').dispatchEvent(event)
  }`)
}

/** A voice whose render is seen for some seconds. */
export async function longSpeech(times = 6): Promise<ChosenFile> {
  return { name: 'long.wav', mimeType: 'audio/wav', buffer: await longVoice(times) }
}

/** Returns when the hub has it and the page shows it. */
export async function create(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Create video' }).click()
  await page.waitForURL(/#\/takes\/job_/)
}

/** Plays it and returns when it has come to its end. */
export async function playToEnd(page: Page): Promise<PlayedVideo> {
  const video = page.locator('video')
  await video.waitFor()
  return video.evaluate(async (element) => {
    // The video of the page, in the page: the tests themselves know no DOM.
    const player = element as unknown as PlayedVideo & {
      muted: boolean
      playbackRate: number
      play(): Promise<void>
      addEventListener(type: string, listener: () => void): void
    }
    player.muted = true
    player.playbackRate = 4
    const ended = new Promise<void>((resolve, reject) => {
      player.addEventListener('ended', resolve)
      player.addEventListener('error', () => reject(new Error('The video cannot be played.')))
    })
    await player.play()
    await ended
    const { currentTime, duration, videoWidth, videoHeight } = player
    return { currentTime, duration, videoWidth, videoHeight }
  })
}

export interface PlayedVideo {
  readonly currentTime: number
  readonly duration: number
  readonly videoWidth: number
  readonly videoHeight: number
}
