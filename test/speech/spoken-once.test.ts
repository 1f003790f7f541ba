// An estimate and the job that follows it have one sound, which the speech server is asked for once.
import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { describeWith } from '../support/requires.ts'
import { startSpeechServer } from '../support/speech-server.ts'
import { json, startTestHub, tinyRequest } from '../support/test-hub.ts'

const KEYS = { one: '0123456789abcdef-one', two: '0123456789abcdef-two' }

describeWith(['espeak-ng'], 'apt-get install espeak-ng', 'a text that is estimated', () => {
  it('is spoken once for what is heard, estimated and submitted by one key', async () => {
    const server = await startSpeechServer()
    const keys = Object.entries(KEYS).map(([name, key]) => `${name}:${key}`)
    await using hub = await startTestHub({
      env: { SPEECH_URL: server.url, INFINITETALK_API_KEYS: keys.join(',') },
      works: false,
    })
    const { image } = await tinyRequest()
    const send = async (path: string, body: object, key: keyof typeof KEYS = 'one') => {
      const answer = await hub.fetch(path, json(body, { authorization: `Bearer ${KEYS[key]}` }))
      expect(answer.ok).toBe(true)
      return answer
    }
    const voiceOf = async (answer: Response): Promise<string> =>
      ((await answer.json()) as { input: { audio: { sha256: string } } }).input.audio.sha256
    const audio = { text: 'Hello, it is me.' }
    await send('/v1/estimate', { image, audio })
    await send('/v1/estimate', { image, audio, seed: 7 })
    const heard = Buffer.from(await (await send('/v1/speech', audio)).arrayBuffer())
    const voice = await voiceOf(await send('/v1/jobs', { image, audio }))
    expect(voice).toBe(createHash('sha256').update(heard).digest('hex'))
    await send('/v1/batches', { items: [{ image, audio }] })
    expect(server.requests.map(({ body }) => body.input)).toEqual([audio.text])

    await send('/v1/jobs', { image, audio }, 'two')
    expect(server.requests).toHaveLength(2)
    await send('/v1/jobs', { image, audio: { text: 'Hello, it is you.' } })
    await send('/v1/jobs', { image, audio: { ...audio, voice: 'nova' } })
    expect(server.requests).toHaveLength(4)
  })
})
