// A text becomes a talking video: a script of two people over the API with a speech server, and on the command line with espeak-ng.
import { spawnSync } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findTools } from '../../src/media/find-tools.ts'
import { describeWith } from '../support/requires.ts'
import { createSandbox, ROOT } from '../support/run-infinitetalk.ts'
import { startSpeechServer } from '../support/speech-server.ts'
import { json, startTestHub, tinyRequest } from '../support/test-hub.ts'

const TWO_PEOPLE = join(ROOT, 'examples/two-people.png')
const SCRIPT = 'A: Hello, who are you?\nB: I am the other one.\nA: Nice!'
const SMALL = { width: 256, height: 128, engine: 'preview', max_frames: 150 }
const tools = await findTools({
  ffmpegPath: null,
  ffprobePath: null,
  searchPath: process.env.PATH ?? '',
})

interface Input {
  readonly sha256: string
  readonly turns: readonly {
    readonly speaker: string
    readonly from_s: number
    readonly to_s: number
  }[]
}

const audioOf = (job: Record<string, unknown>): Input => (job.input as { audio: Input }).audio

describeWith(['espeak-ng'], 'apt-get install espeak-ng', 'a script of three lines', () => {
  it('becomes a talking video over the API; a retry says the same without speaking again', async () => {
    const server = await startSpeechServer()
    await using hub = await startTestHub({ env: { SPEECH_URL: server.url, SPEECH_KEY: 'sk-1' } })
    const image = { base64: (await readFile(TWO_PEOPLE)).toString('base64') }
    const audio = { text: SCRIPT, voice: ['fable', 'nova'] }
    const id = await hub.submit({ image, audio, ...SMALL })
    const job = await hub.ended(id)
    expect(job).toMatchObject({ status: 'succeeded', input: { person_count: 'multi' } })
    expect(server.requests.map(({ body }) => [body.voice, body.input])).toEqual([
      ['fable', 'Hello, who are you?'],
      ['nova', 'I am the other one.'],
      ['fable', 'Nice!'],
    ])
    const { turns, sha256 } = audioOf(job)
    expect(turns.map(({ speaker }) => speaker)).toEqual(['left', 'right', 'left'])
    for (const [index, turn] of turns.entries()) {
      expect(turn.from_s).toBeGreaterThan(turns[index - 1]?.to_s ?? 0)
      expect(turn.to_s).toBeGreaterThan(turn.from_s)
    }
    const vtt = await (await hub.fetch(`/v1/jobs/${id}/captions.vtt`)).text()
    expect(vtt).toContain('<v B>I am the other one.')
    const srt = await (await hub.fetch(`/v1/jobs/${id}/captions.srt`)).text()
    expect(srt.match(/-->/g)).toHaveLength(3)
    expect(JSON.stringify(hub.events)).not.toContain('sk-1')

    const again = await hub.fetch(`/v1/jobs/${id}/retry`, json({}))
    const retried = await hub.ended(((await again.json()) as { id: string }).id)
    expect(retried.status).toBe('succeeded')
    expect(audioOf(retried)).toMatchObject({ sha256, turns })
    expect(server.requests).toHaveLength(3)

    const heard = await hub.fetch(
      '/v1/speech',
      json({ text: SCRIPT, voice: 'fable', voice_2: 'nova' }),
    )
    expect(Buffer.from(await heard.arrayBuffer()).toString('latin1', 0, 4)).toBe('RIFF')
    expect(server.requests.slice(3).map(({ body }) => body)).toEqual(
      server.requests.slice(0, 3).map(({ body }) => body),
    )
  })

  it('becomes one with burned-in captions on the command line', async () => {
    await using sandbox = await createSandbox()
    const script = join(sandbox.folder, 'script.txt')
    await writeFile(script, SCRIPT)
    const output = join(sandbox.folder, 'talking.mp4')
    const size = ['-w', '256', '-H', '128', '--max-frames', '60']
    const captions = ['--captions', 'burn', '-o', output, '--json']
    const { code, events } = await sandbox.run(
      ['generate', '-i', TWO_PEOPLE, '--text-file', script, ...size, ...captions],
      { env: { SPEECH_PROGRAM: 'espeak-ng' } },
    )
    expect(events().at(-1)).toMatchObject({ event: 'result', frames: 60 })
    expect(code).toBe(0)
    expect(await readFile(join(sandbox.folder, 'talking.vtt'), 'utf8')).toContain('<v A>Hello')
    const srt = await readFile(join(sandbox.folder, 'talking.srt'), 'utf8')
    expect(srt).toContain('Hello')
    // The video is cut before these words.
    expect(srt).not.toContain('Nice!')
    expect(brightestBelow(output)).toBeGreaterThan(230)
  })
})

/** The brightest pixel of the lowest quarter at half a second, where captions are and the picture is dark. */
function brightestBelow(path: string): number {
  const frame = ['-ss', '0.5', '-i', path, '-frames:v', '1', '-vf', 'crop=iw:ih/4:0:ih*3/4']
  const raw = ['-f', 'rawvideo', '-pix_fmt', 'gray', 'pipe:1']
  const { stdout } = spawnSync(tools.ffmpeg.path, ['-v', 'error', ...frame, ...raw])
  return stdout.reduce((most, value) => Math.max(most, value), 0)
}

describe('a text', () => {
  it('that nothing can speak, and captions of a voice, are told by code', async () => {
    await using hub = await startTestHub({ env: { SPEECH_URL: 'http://127.0.0.1:9/v1' } })
    const { image, audio } = await tinyRequest()
    const answer = async (body: object) =>
      (await (await hub.fetch('/v1/jobs', json({ image, ...body }))).json()) as { code: string }
    expect((await answer({ audio: { text: 'Hello.' } })).code).toBe('speech_unavailable')
    expect((await answer({ audio, captions: 'file' })).code).toBe('invalid_request')
    const heard = await hub.fetch('/v1/speech', json({ text: 'Hello.' }))
    expect(((await heard.json()) as { code: string }).code).toBe('speech_unavailable')
    const id = await hub.submit()
    const captions = await hub.fetch(`/v1/jobs/${id}/captions.vtt`)
    expect([captions.status, ((await captions.json()) as { code: string }).code]).toEqual([
      404,
      'file_not_found',
    ])
  })
})

describe('one voice of two people', () => {
  it('is refused when a turn ends after the sound', async () => {
    await using hub = await startTestHub({ env: { INFINITETALK_ENGINE: 'preview' } })
    const { audio } = await tinyRequest()
    const image = { base64: (await readFile(TWO_PEOPLE)).toString('base64') }
    const turns = [{ speaker: 'left', from_s: 0, to_s: 100 }]
    const body = { image, audio: { ...(audio as object), turns } }
    const answer = await hub.fetch('/v1/jobs', json(body))
    expect(await answer.json()).toMatchObject({ code: 'invalid_request', pointer: '/audio/turns' })
  })

  it('becomes a video with its whole sound', async () => {
    await using sandbox = await createSandbox()
    const output = join(sandbox.folder, 'talking.mp4')
    const voice = ['-a', join(ROOT, 'examples/speech.wav'), '--turns', 'left:0-0.8,right:1-2']
    const size = ['-w', '256', '-H', '128', '--max-frames', '50']
    const { code, events } = await sandbox.run([
      ...['generate', '-i', TWO_PEOPLE, ...voice, ...size, '-o', output, '--json'],
    ])
    expect(events().at(-1)).toMatchObject({ event: 'result', frames: 50 })
    expect(code).toBe(0)
  })
})
