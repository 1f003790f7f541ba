// The commands that talk to a hub, against one that lies, breaks off and goes away: what a person reads, what lies on the
// disk afterwards, and the exit code.
import { readFile, stat, writeFile } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import type { JobResource } from '@infinitetalk/contract'
import { describe, expect, it, vi } from 'vitest'
import { runCli } from '../../src/cli/run-cli.ts'
import type { Services } from '../../src/cli/services.ts'
import { openInBrowser } from '../../src/main/open-in-browser.ts'
import { createTestFolder, type TestFolder } from '../support/test-folder.ts'
import {
  eventText,
  FILE_ID,
  failedJob,
  JOB_ID,
  STREAM_END_TEXT,
  sampleEvents,
  sampleJob,
  sha256Of,
  succeededJob,
} from './samples.ts'
import {
  closedPort,
  createScriptedHub,
  cut,
  type Script,
  type ScriptedHub,
  sendJson,
  sendProblem,
} from './scripted-hub.ts'

const VIDEO = Buffer.from(Array.from({ length: 200_000 }, (_, index) => (index * 13) % 251))
const SHA256 = sha256Of(VIDEO)
const PART = `out.mp4.${SHA256.slice(0, 12)}.part`
const JOB_LINE = `GET /v1/jobs/${JOB_ID}`
const VIDEO_LINE = `${JOB_LINE}/video`

interface Outcome {
  readonly code: number
  readonly out: string
  readonly err: string
}

async function cli(
  words: readonly string[],
  at: {
    readonly folder: TestFolder
    readonly url: string
    readonly env?: NodeJS.ProcessEnv
  },
  signal: AbortSignal = new AbortController().signal,
): Promise<Outcome> {
  const written = { out: '', err: '' }
  const stream = (to: 'out' | 'err') => ({
    columns: 80,
    write: (text: string) => {
      written[to] += text
    },
  })
  const services = {
    version: '1.2.3',
    currentFolder: at.folder.path('.'),
    nowMs: () => performance.now(),
    hubAddress: (url = at.url) => ({ url, token: 'from-settings' }),
    kindOnBeam: (_url: string) => null,
    openInBrowser: (url: string) => openInBrowser(url, { env: at.env ?? {}, platform: 'linux' }),
  } as Services
  const streams = { stdin: Readable.from(['voice']), stdout: stream('out'), stderr: stream('err') }
  const code = await runCli({ words, streams, services, signal })
  return { code, ...written }
}

/** A hub with one job that has this state, and what else the test scripts. */
async function hubWith(job: JobResource, script: Script = () => {}): Promise<ScriptedHub> {
  return createScriptedHub((request, response, earlier) => {
    if (request.line === JOB_LINE) return sendJson(response, job)
    return script(request, response, earlier)
  })
}

/** The video, or what of it was asked for; at most so many bytes of it before the connection is cut. */
function sendVideo(
  range: string | undefined,
  response: ServerResponse,
  cutAfter = Number.POSITIVE_INFINITY,
): void {
  const start = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0)
  const part = VIDEO.subarray(start)
  response.writeHead(range === undefined ? 200 : 206, {
    'content-length': part.length,
    ...(range === undefined
      ? {}
      : { 'content-range': `bytes ${start}-${VIDEO.length - 1}/${VIDEO.length}` }),
  })
  if (cutAfter >= part.length) response.end(part)
  else response.write(part.subarray(0, cutAfter), () => cut(response))
}

describe('infinitetalk open', () => {
  it('prints the address where there is no screen, and tells so', async () => {
    const folder = await createTestFolder()
    const hub = await hubWith(sampleJob({ urls: urlsAt('http://hub.example/base') }))
    const { code, out } = await cli(['open', JOB_ID, '--json'], { folder, url: hub.url })
    expect(code).toBe(0)
    const [line = ''] = out.split('\n')
    const url = `http://hub.example/base/#/takes/${JOB_ID}`
    expect(JSON.parse(line)).toEqual({ event: 'open', url, opened: false })
  })

  it('gives the address to the program of the system, as one argument', async () => {
    const folder = await createTestFolder()
    const program = `#!/bin/sh\nprintf '%s' "$#$1" > '${folder.path('opened')}'\n`
    await writeFile(folder.path('xdg-open'), program, { mode: 0o755 })
    const hub = await hubWith(sampleJob({ urls: urlsAt('https://hub.example') }))
    const env = { PATH: folder.path('.'), DISPLAY: ':0' }
    const { code, out } = await cli(['open', JOB_ID], { folder, url: hub.url, env })
    expect(code).toBe(0)
    const address = `https://hub.example/#/takes/${JOB_ID}`
    expect(out.trim()).toBe(address)
    expect(await readFile(folder.path('opened'), 'utf8')).toBe(`1${address}`)
  })

  it('has no video before the end, and opens no address that is no web address', async () => {
    const folder = await createTestFolder()
    const running = await hubWith(sampleJob({}))
    const early = await cli(['open', JOB_ID, '--video', '--json'], { folder, url: running.url })
    expect(codeOf(early)).toBe('video_not_ready')
    const lying = await hubWith(sampleJob({ urls: urlsAt('file:///etc/passwd') }))
    const refused = await cli(['open', JOB_ID, '--json'], { folder, url: lying.url })
    expect(codeOf(refused)).toBe('server_unreachable')
  })
})

function urlsAt(base: string): JobResource['urls'] {
  const self = `${base}/v1/jobs/${JOB_ID}`
  return { ...sampleJob().urls, self }
}

function codeOf({ out, err }: Outcome): unknown {
  const lines = `${out}${err}`.trim().split('\n')
  return (JSON.parse(lines.at(-1) ?? '{}') as { error?: { code?: unknown }; code?: unknown }).code
}

describe('infinitetalk fetch', () => {
  it('writes the video under its name, and nothing else', async () => {
    const folder = await createTestFolder()
    const hub = await hubWith(succeededJob(VIDEO), ({ headers }, response) =>
      sendVideo(headers.range, response),
    )
    const { code, out } = await cli(['fetch', JOB_ID, '-o', 'out.mp4'], { folder, url: hub.url })
    expect(code).toBe(0)
    expect(out).toContain('✅ out.mp4\n   640x640, 7.60 s, 190 frames, 200 kB')
    expect(await folder.names()).toEqual(['out.mp4'])
    expect((await readFile(folder.path('out.mp4'))).equals(VIDEO)).toBe(true)
  })

  it('goes on where the connection was cut', async () => {
    const folder = await createTestFolder()
    const hub = await hubWith(succeededJob(VIDEO), ({ headers }, response, earlier) =>
      sendVideo(headers.range, response, earlier === 0 ? 60_000 : undefined),
    )
    const { code } = await cli(['fetch', JOB_ID, '-o', 'out.mp4'], { folder, url: hub.url })
    expect(code).toBe(0)
    expect((await readFile(folder.path('out.mp4'))).equals(VIDEO)).toBe(true)
    const [, second] = hub.to(VIDEO_LINE)
    expect(second?.headers.range).toMatch(/^bytes=[1-9]\d*-$/)
    expect(second?.headers['if-range']).toBe(`"${SHA256}"`)
  })

  it('goes on with what an earlier run left', async () => {
    const folder = await createTestFolder()
    await writeFile(folder.path(PART), VIDEO.subarray(0, 150_000))
    const hub = await hubWith(succeededJob(VIDEO), ({ headers }, response) =>
      sendVideo(headers.range, response),
    )
    const { code } = await cli(['fetch', JOB_ID, '-o', 'out.mp4'], { folder, url: hub.url })
    expect(code).toBe(0)
    expect(hub.to(VIDEO_LINE).map(({ headers }) => headers.range)).toEqual(['bytes=150000-'])
    expect(await folder.names()).toEqual(['out.mp4'])
    expect((await readFile(folder.path('out.mp4'))).equals(VIDEO)).toBe(true)
  })

  it('asks for nothing when an earlier run had all of it', async () => {
    const folder = await createTestFolder()
    await writeFile(folder.path(PART), VIDEO)
    const hub = await hubWith(succeededJob(VIDEO))
    const { code } = await cli(['fetch', JOB_ID, '-o', 'out.mp4'], { folder, url: hub.url })
    expect(code).toBe(0)
    expect(hub.to(VIDEO_LINE)).toEqual([])
    expect(await folder.names()).toEqual(['out.mp4'])
  })

  it.each([
    ['has bytes that are not of this video', Buffer.alloc(150_000, 1)],
    ['is longer than the video', Buffer.alloc(VIDEO.length + 1, 1)],
  ])('starts anew when what is there %s', async (_, left) => {
    const folder = await createTestFolder()
    await writeFile(folder.path(PART), left)
    const hub = await hubWith(succeededJob(VIDEO), ({ headers }, response) =>
      sendVideo(headers.range, response),
    )
    const { code } = await cli(['fetch', JOB_ID, '-o', 'out.mp4'], { folder, url: hub.url })
    expect(code).toBe(0)
    expect((await readFile(folder.path('out.mp4'))).equals(VIDEO)).toBe(true)
  })

  it('takes all of it from a server that knows no ranges', async () => {
    const folder = await createTestFolder()
    await writeFile(folder.path(PART), VIDEO.subarray(0, 1000))
    const hub = await hubWith(succeededJob(VIDEO), (_, response) => sendVideo(undefined, response))
    const { code } = await cli(['fetch', JOB_ID, '-o', 'out.mp4'], { folder, url: hub.url })
    expect(code).toBe(0)
    expect((await readFile(folder.path('out.mp4'))).equals(VIDEO)).toBe(true)
  })

  it('keeps no video whose hash is wrong, having tried twice', async () => {
    const folder = await createTestFolder()
    const hub = await hubWith(succeededJob(VIDEO), (_, response) => {
      response.end(Buffer.alloc(VIDEO.length, 1))
    })
    const { code, err } = await cli(['fetch', JOB_ID, '-o', 'out.mp4'], { folder, url: hub.url })
    expect(code).toBe(1)
    expect(err).toContain('download_damaged:')
    expect(hub.to(VIDEO_LINE)).toHaveLength(2)
    expect(await folder.names()).toEqual([])
  })

  it('replaces nothing, unless that was asked for', async () => {
    const folder = await createTestFolder()
    await writeFile(folder.path('out.mp4'), 'mine')
    const hub = await hubWith(succeededJob(VIDEO), ({ headers }, response) =>
      sendVideo(headers.range, response),
    )
    const at = { folder, url: hub.url }
    const kept = await cli(['fetch', JOB_ID, '-o', 'out.mp4'], at)
    expect(kept.code).toBe(2)
    expect(kept.err).toContain('output_exists:')
    expect(hub.to(VIDEO_LINE)).toEqual([])
    expect((await cli(['fetch', JOB_ID, '-o', 'out.mp4', '--force'], at)).code).toBe(0)
    expect((await readFile(folder.path('out.mp4'))).equals(VIDEO)).toBe(true)
  })

  it('says that it can go on when it is interrupted, and can', async () => {
    const folder = await createTestFolder()
    const controller = new AbortController()
    const hub = await hubWith(succeededJob(VIDEO), ({ headers }, response, earlier) => {
      if (earlier > 0) return sendVideo(headers.range, response)
      response.writeHead(200, { 'content-length': VIDEO.length })
      response.write(VIDEO.subarray(0, 50_000))
    })
    const at = { folder, url: hub.url }
    const words = ['fetch', JOB_ID, '-o', 'out.mp4']
    const interruption = cli(words, at, controller.signal)
    await vi.waitFor(async () => expect((await stat(folder.path(PART))).size).toBe(50_000), 60_000)
    controller.abort()
    const interrupted = await interruption
    expect(interrupted.code).toBe(130)
    // The command is whole on its line, to be copied.
    expect(interrupted.err).toContain(`"infinitetalk fetch ${JOB_ID}"\n`)
    expect(await folder.names()).toEqual([PART])
    expect((await cli(words, at)).code).toBe(0)
    expect(hub.to(VIDEO_LINE)[1]?.headers.range).toBe('bytes=50000-')
  })

  it.each([
    ['runs', sampleJob({ status: 'running' }), 1, 'video_not_ready:'],
    ['failed', failedJob(), 2, 'There is no face in the picture.\n   no_face_found:'],
    ['was canceled', sampleJob({ status: 'canceled' }), 1, 'job_canceled:'],
  ])('says so when the job %s', async (_, job, exitCode, message) => {
    const folder = await createTestFolder()
    const hub = await hubWith(job)
    const { code, err } = await cli(['fetch', JOB_ID], { folder, url: hub.url })
    expect(code).toBe(exitCode)
    expect(err).toContain(message)
    expect(await folder.names()).toEqual([])
  })
})

/** Accepts a job that succeeds, telling its life as events. */
const accepting: Script = ({ line, headers }, response) => {
  if (line === 'POST /v1/jobs') return sendJson(response, sampleJob(), 202)
  if (line === VIDEO_LINE) return sendVideo(headers.range, response)
  if (line === `${JOB_LINE}/events`) {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.end(sampleEvents(5).map(eventText).join('') + STREAM_END_TEXT)
    return
  }
  sendJson(response, { id: FILE_ID, upload_url: `/v1/files/${FILE_ID}/content` }, 201)
}

async function acceptingHub(): Promise<ScriptedHub> {
  return createScriptedHub((request, response, earlier) => {
    if (request.line !== JOB_LINE) return accepting(request, response, earlier)
    sendJson(response, earlier < 2 ? sampleJob() : succeededJob(VIDEO))
  })
}

async function folderWithInputs(): Promise<TestFolder> {
  const folder = await createTestFolder()
  await writeFile(folder.path('face.png'), 'picture')
  await writeFile(folder.path('voice.wav'), 'voice')
  return folder
}

describe('infinitetalk submit', () => {
  it('understands the flags of the queue client of old', async () => {
    const folder = await folderWithInputs()
    const hub = await acceptingHub()
    const words = ['submit', '--url', hub.url, '--mode', 'i2v', '-i', 'face.png', '-a', 'voice.wav']
    const more = ['-p', 'hello', '-w', '512', '-H', '640', '--no-force-offload', '-o', 'old.mp4']
    const { code, out, err } = await cli([...words, ...more], { folder, url: 'http://127.0.0.1:2' })
    expect(code).toBe(0)
    expect(JSON.parse(String(hub.to('POST /v1/jobs')[0]?.body))).toEqual({
      image: { file_id: FILE_ID },
      audio: { file_id: FILE_ID },
      prompt: 'hello',
      width: 512,
      height: 640,
      force_offload: false,
    })
    expect(hub.to('POST /v1/jobs')[0]?.headers.authorization).toBe('Bearer from-settings')
    expect(err).toMatch(/Sending the inputs.*Waiting in the queue.*Rendering 40% frame 2\/5/s)
    expect(out).toContain('✅ old.mp4')
    expect((await folder.names()).toSorted()).toEqual(['face.png', 'old.mp4', 'voice.wav'])
  })

  it('prints the id and leaves, unless it is told to wait', async () => {
    const folder = await folderWithInputs()
    const hub = await acceptingHub()
    const words = ['submit', '--mode', 'v2v', '-v', 'https://example.org/v.mp4', '-a', '-']
    const { code, out } = await cli([...words, '--token', 'mine', '--idempotency-key', 'once'], {
      folder,
      url: hub.url,
    })
    expect(code).toBe(0)
    expect(out).toContain(`infinitetalk wait ${JOB_ID}`)
    const [created] = hub.to('POST /v1/jobs')
    expect(created?.headers).toMatchObject({
      authorization: 'Bearer mine',
      'idempotency-key': 'once',
    })
    expect(JSON.parse(String(created?.body))).toEqual({
      input_type: 'video',
      video: { url: 'https://example.org/v.mp4' },
      audio: { file_id: FILE_ID },
    })
    expect(hub.to(`PUT /v1/files/${FILE_ID}/content`).map(({ body }) => String(body))).toEqual([
      'voice',
    ])
    expect(hub.to(JOB_LINE)).toEqual([])
  })

  it.each([
    [[], 'needs --image and --audio'],
    [['--mode', 'v2v', '-a', 'v.wav'], 'needs --video'],
    [['--mode', 'i2v', '-i', 'a', '-v', 'b', '-a', 'c'], 'takes --image, not --video'],
    [['--mode', 'x2v'], '--mode'],
    [['-i', '-', '-a', '-'], 'Only one input'],
    [['-i', 'a', '-a', 'b', '--force-offload', '--no-force-offload'], '--no-force-offload'],
    [['-i', 'missing.png', '-a', 'voice.wav'], 'missing.png does not exist'],
    [['-i', '.', '-a', 'voice.wav'], '. is not a file'],
    [['-i', 'face.png', '-a', 'voice.wav', '-o', 'x.avi'], 'must be an .mp4'],
    [['-i', 'face.png', '-a', 'voice.wav', '-o', 'no/x.mp4'], 'not there or not writable'],
  ])('refuses %j before anything is sent', async (words, message) => {
    const folder = await folderWithInputs()
    const hub = await acceptingHub()
    const { code, err } = await cli(['submit', ...words], { folder, url: hub.url })
    expect(code).toBe(2)
    expect(err).toContain(message)
    expect(hub.requests).toEqual([])
  })

  it('leaves the job running when it is interrupted, and says so', async () => {
    const folder = await folderWithInputs()
    const controller = new AbortController()
    const hub = await createScriptedHub((request, response, earlier) => {
      if (request.line.endsWith('/events')) return controller.abort()
      if (request.line !== JOB_LINE) return accepting(request, response, earlier)
      sendJson(response, sampleJob({ status: 'running' }))
    })
    const words = ['submit', '-i', 'face.png', '-a', 'voice.wav', '--wait']
    const { code, err } = await cli(words, { folder, url: hub.url }, controller.signal)
    expect(code).toBe(130)
    expect(err).toContain(`"infinitetalk wait ${JOB_ID}" follows it`)
    expect(hub.to(`POST /v1/jobs/${JOB_ID}/cancel`)).toEqual([])
  })

  it('tells every problem the hub has with the request', async () => {
    const folder = await folderWithInputs()
    const errors = [{ pointer: '/seed', code: 'invalid_request', message: 'No.' }]
    const hub = await createScriptedHub(({ line }, response) => {
      if (line !== 'POST /v1/jobs') return sendJson(response, { id: FILE_ID, upload_url: '/x' })
      sendProblem(response, 422, { code: 'invalid_request', pointer: '/seed', errors })
    })
    const words = ['submit', '-i', 'face.png', '-a', 'voice.wav', '--json']
    const { code, out } = await cli(words, { folder, url: hub.url })
    expect(code).toBe(2)
    const last = JSON.parse(out.trim().split('\n').at(-1)!)
    expect(last).toMatchObject({
      event: 'error',
      code: 'invalid_request',
      pointer: '/seed',
      errors,
    })
  })
})

describe('a hub that is not there', () => {
  it('ends every command with exit code 3', async () => {
    const folder = await createTestFolder()
    const url = await closedPort()
    const commands = [['status', JOB_ID], ['list'], ['wait', JOB_ID], ['cancel', JOB_ID]]
    const outcomes = await Promise.all(commands.map((words) => cli(words, { folder, url })))
    for (const { code, err } of outcomes) {
      expect(code).toBe(3)
      expect(err).toContain('server_unreachable: Check --url')
    }
  })

  it('but a page or an empty proxy is ends with 3 as well', async () => {
    const folder = await createTestFolder()
    const page = await createScriptedHub((_, response) => void response.end('<html>'))
    const proxy = await createScriptedHub((_, response) => void response.writeHead(502).end())
    const outcomes = await Promise.all(
      [page, proxy].map(({ url }) => cli(['status', JOB_ID], { folder, url })),
    )
    expect(outcomes.map(({ code }) => code)).toEqual([3, 3])
  })

  it.each([
    ['nonsense', 'Did you mean http://nonsense?'],
    ['ftp://hub', 'begins with http://.'],
  ])('%s is no URL of one', async (url, message) => {
    const folder = await createTestFolder()
    const { code, err } = await cli(['list', '--url', url], { folder, url: '' })
    expect(code).toBe(2)
    expect(err.replaceAll(/\s+/g, ' ')).toContain(message)
  })
})

describe('infinitetalk status, list, wait, cancel and estimate', () => {
  it('show a job that runs', async () => {
    const folder = await createTestFolder()
    const members = { status: 'running', stage: 'sampling', progress: 0.425, eta_s: 61 } as const
    const hub = await hubWith(sampleJob(members))
    const { out } = await cli(['status', JOB_ID], { folder, url: hub.url })
    expect(out).toBe(`🚀 ${JOB_ID} running\n   Rendering, 42%, about 1 min 1 s left\n`)
  })

  it('list as many as were asked for, over pages', async () => {
    const folder = await createTestFolder()
    const hub = await createScriptedHub((_, response) =>
      sendJson(response, { data: [sampleJob(), failedJob()], has_more: true, next_cursor: 'c' }),
    )
    const { out } = await cli(['list', '--limit', '3'], { folder, url: hub.url })
    expect(out.trim().split('\n')).toEqual([
      `${JOB_ID}  2026-07-01 12:00:00  queued`,
      `${JOB_ID}  2026-07-01 12:00:00  failed`,
      '   no_face_found',
      `${JOB_ID}  2026-07-01 12:00:00  queued`,
    ])
    expect(hub.requests).toHaveLength(2)
  })

  it('end with the error of a job that failed', async () => {
    const folder = await createTestFolder()
    const hub = await hubWith(failedJob())
    const { code, err } = await cli(['wait', JOB_ID], { folder, url: hub.url })
    expect(code).toBe(2)
    expect(err).toContain('no_face_found')
  })

  it('say whether a job is canceled or being canceled', async () => {
    const folder = await createTestFolder()
    const cancel_requested_at = '2026-07-01T12:00:00.000Z'
    const hub = await createScriptedHub((_, response) =>
      sendJson(response, sampleJob({ status: 'running', cancel_requested_at }), 202),
    )
    const { code, out } = await cli(['cancel', JOB_ID], { folder, url: hub.url })
    expect(code).toBe(0)
    expect(out).toContain('being canceled')
  })

  it('tell what a job would cost', async () => {
    const folder = await folderWithInputs()
    const estimate = {
      ...{ object: 'estimate', engine: 'comfyui', frames: 191, windows: 3, surplus_frames: 4 },
      ...{ duration_s: 7.64, width: 640, height: 640, seconds: 90, queue_s: 12 },
      cost: { amount: 0.0173, currency: 'EUR' },
      ...{ saves: ['Cutting 0.2 s saves one window.'], warnings: ['The face is small.'] },
    }
    const hub = await createScriptedHub((request, response, earlier) => {
      if (request.line !== 'POST /v1/estimate') return accepting(request, response, earlier)
      sendJson(response, estimate)
    })
    const words = ['estimate', '-i', 'face.png', '-a', 'voice.wav']
    const { out, err } = await cli(words, { folder, url: hub.url })
    expect(out.split('\n')).toEqual([
      'Video    640x640, 191 frames, 7.64 s, 3 windows, engine comfyui',
      'Work     about 1 min 30 s, about 0.02 EUR',
      'Waiting  about 12 s',
      'Cutting 0.2 s saves one window.',
      '',
    ])
    expect(err).toContain('The face is small.')
  })
})

describe('infinitetalk retake', () => {
  const RETAKE_LINE = `POST /v1/jobs/${JOB_ID}/retake`
  const STREAM_LINE = `${JOB_LINE}/stream.m3u8`
  const refusing =
    (code: string): Script =>
    ({ line }, response) =>
      line === STREAM_LINE ? sendProblem(response, 409, { code }) : sendJson(response, sampleJob())

  it('asks for a new job from a moment on, and says where it can be watched', async () => {
    const folder = await createTestFolder()
    const hub = await createScriptedHub(refusing('video_not_ready'))
    const words = [
      'retake',
      JOB_ID,
      '--from',
      '12.5',
      '--seed',
      '7',
      '--prompt',
      'A',
      '--steps',
      '4',
    ]
    const { code, out } = await cli([...words, '--watch', '--json'], { folder, url: hub.url })
    expect(code).toBe(0)
    const asked = hub.requests.find(({ line }) => line === RETAKE_LINE)!
    expect(JSON.parse(String(asked.body))).toEqual({ from_s: 12.5, seed: 7, prompt: 'A', steps: 4 })
    const events = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(events).toMatchObject([
      { event: 'job', id: JOB_ID },
      { event: 'stream', url: `/v1/jobs/${JOB_ID}/stream.m3u8`, ready: false },
    ])
  })

  it('warns who wants to watch a video that is rendered in one piece', async () => {
    const folder = await createTestFolder()
    const hub = await createScriptedHub(refusing('windows_not_kept'))
    const at = { folder, url: hub.url }
    const { code, out } = await cli(['retake', JOB_ID, '--from', '1', '--watch', '--json'], at)
    expect(code).toBe(0)
    expect(JSON.parse(out.trim().split('\n')[1]!)).toMatchObject({ event: 'warning' })
  })

  it.each([{ words: [] }, { words: ['--from', 'soon'] }, { words: ['--from', '1', '--cfg', '3'] }])(
    'refuses $words before anything is asked',
    async ({ words }) => {
      const folder = await createTestFolder()
      const hub = await createScriptedHub((_, response) => sendJson(response, sampleJob()))
      const { code } = await cli(['retake', JOB_ID, ...words], { folder, url: hub.url })
      expect(code).toBe(2)
      expect(hub.requests).toEqual([])
    },
  )
})
