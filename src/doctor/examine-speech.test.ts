// The doctor tells what speaks texts, and never shows the key.
import { describe, expect, it } from 'vitest'
import { describeWith } from '../../test/support/requires.ts'
import { startSpeechServer } from '../../test/support/speech-server.ts'
import { loadConfig } from '../config/load-config.ts'
import { composeExamination } from '../main/compose-doctor.ts'
import { examineSpeech } from './examine-speech.ts'

const { signal } = new AbortController()
const examine = (env: Readonly<Record<string, string>>, path = '/nonexistent') =>
  examineSpeech(composeExamination({ config: loadConfig({ env }), env: { PATH: path }, signal }))

describe('the doctor on speech', () => {
  it('warns where nothing speaks, and names a wrong setting', async () => {
    expect(await examine({})).toMatchObject({ state: 'warning' })
    const wrong = await examine({ SPEECH_PROGRAM: '/nonexistent/espeak-ng' })
    expect(wrong).toMatchObject({ state: 'missing' })
    expect(wrong.detail).toContain('SPEECH_PROGRAM')
  })

  it('asks a server without having it speak', async () => {
    const server = await startSpeechServer()
    server.answer = (response) => response.writeHead(200).end('{}')
    const env = { SPEECH_URL: server.url, SPEECH_KEY: 'sk-secret' }
    expect(await examine(env)).toMatchObject({ state: 'ok' })
    expect(server.requests.map(({ path }) => path)).toEqual(['GET /v1/models'])
    server.answer = (response) => response.writeHead(401).end('sk-secret is wrong')
    const refused = await examine(env)
    expect(refused).toMatchObject({ state: 'missing' })
    expect(JSON.stringify(refused)).not.toContain('sk-secret')
    expect(await examine({ SPEECH_URL: 'http://127.0.0.1:9' })).toMatchObject({ state: 'missing' })
  })
})

describeWith(['espeak-ng'], 'apt-get install espeak-ng', 'the doctor with espeak-ng', () => {
  it('finds it', async () => {
    const found = await examine({}, process.env.PATH)
    expect(found).toMatchObject({ state: 'ok' })
    expect(found.detail).toContain('espeak-ng')
  })
})
