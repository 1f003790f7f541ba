// The sound of an estimate is used by the job that follows, within its time and bounds, never for another key.
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { createTestFolder } from '../../test/support/test-folder.ts'
import { AppError } from '../domain/errors.ts'
import type { SpeechRequest } from './ports/speech.ts'
import { type SpokenLimits, SpokenSounds } from './spoken-sounds.ts'

const { signal } = new AbortController()

async function bench(limits: SpokenLimits = { maxSounds: 9, maxBytes: 1000, keepMs: 1000 }) {
  const folder = await createTestFolder()
  const workFolder = folder.path('work')
  await mkdir(workFolder)
  const time = { ms: 0 }
  const asked: string[] = []
  let gate: Promise<void> = Promise.resolve()
  const clock = { monotonicMs: () => time.ms, epochMs: () => time.ms }
  const openSpeech = async () => ({
    name: 'counting',
    async speak({ text, toPath }: SpeechRequest) {
      asked.push(text)
      const sound = `${text} ${asked.length}`
      await gate
      await writeFile(toPath, sound, { flag: 'wx' })
    },
  })
  const sounds = new SpokenSounds({ openSpeech, workFolder, owner: 'me', clock }, limits)
  let files = 0
  const speak = (
    keeps: boolean,
    text: string,
    { ownerKey = 'one', ...changes }: Partial<SpeechRequest> & { ownerKey?: string } = {},
  ): Promise<string> => {
    files += 1
    const toPath = folder.path(`spoken-${files}`)
    const fixed = { voice: null, speakerIndex: 0, language: null, maxBytes: 100, signal } as const
    const request = { text, ...fixed, toPath, ...changes }
    return sounds
      .openFor(
        ownerKey,
        keeps,
      )(signal)
      .then((maker) => maker.speak(request))
      .then(() => readFile(toPath, 'utf8'))
  }
  const hold = (): PromiseWithResolvers<void> => {
    const held = Promise.withResolvers<void>()
    gate = held.promise
    return held
  }
  return { asked, hold, sounds, speak, time, kept: () => readdir(workFolder) }
}

it('is used for the same words, voice and language of the same key only', async () => {
  const { asked, speak } = await bench()
  const first = await speak(true, 'Hello.')
  expect(await speak(false, 'Hello.')).toBe(first)
  expect(await speak(true, 'Hello.')).toBe(first)
  expect(asked).toHaveLength(1)
  await speak(false, 'Hello!')
  await speak(false, 'Hello.', { voice: 'nova' })
  await speak(false, 'Hello.', { language: 'de' })
  await speak(false, 'Hello.', { speakerIndex: 1 })
  await speak(false, 'Hello.', { ownerKey: 'two' })
  expect(asked).toHaveLength(6)
  // A job keeps nothing: the next one may sound otherwise.
  await speak(false, 'Hello!')
  expect(asked).toHaveLength(7)
})

it('is forgotten after its time, and when there are too many or too large ones', async () => {
  const { asked, speak, time, kept, sounds } = await bench({
    ...{ maxSounds: 2, maxBytes: 20, keepMs: 1000 },
  })
  for (const text of ['a', 'b', 'c']) await speak(true, text)
  expect(await kept()).toHaveLength(2)
  await speak(false, 'b')
  await speak(false, 'c')
  expect(asked).toEqual(['a', 'b', 'c'])
  await speak(true, 'thirteen text')
  expect(await kept()).toHaveLength(2)
  await speak(true, 'more than twenty bytes')
  expect(await kept()).toHaveLength(2)
  time.ms = 1000
  await speak(false, 'c')
  expect(asked.slice(5)).toEqual(['c'])
  await sounds.removeOld()
  expect(await kept()).toEqual([])
  await speak(true, 'a')
  await sounds.removeAll()
  expect(await kept()).toEqual([])
})

it('is awaited while an estimate makes it; a failed one is made anew', async () => {
  const { asked, hold, speak } = await bench()
  const held = hold()
  const estimated = speak(true, 'Hello.')
  const rendered = speak(false, 'Hello.')
  const stopping = new AbortController()
  const stopped = speak(false, 'Hello.', { signal: stopping.signal })
  stopping.abort()
  await expect(stopped).rejects.toMatchObject({ code: 'canceled' })
  held.resolve()
  expect(await rendered).toBe(await estimated)
  expect(asked).toHaveLength(1)

  const broken = hold()
  const failed = speak(true, 'Bye.')
  const again = speak(false, 'Bye.')
  failed.catch(() => {})
  await expect.poll(() => asked.length).toBe(2)
  hold().resolve()
  broken.reject(new AppError('speech_failed', 'no'))
  await expect(failed).rejects.toMatchObject({ code: 'speech_failed' })
  expect(await again).toBe('Bye. 3')
})
