import { Readable } from 'node:stream'
import { createGenerationRequestParser } from '@infinitetalk/contract'
import { describe, expect, it } from 'vitest'
import type { GenerateToFile } from '../app/generate-to-file.ts'
import type { FoundFace } from '../app/ports/faces.ts'
import { checkCapabilities } from '../domain/capabilities.ts'
import { ERRORS } from '../domain/error-table.ts'
import { AppError } from '../domain/errors.ts'
import { acceptRequest } from '../domain/generation.ts'
import { NO_RULES } from '../domain/key-rules.ts'
import { PREVIEW_CAPABILITIES } from '../engines/preview/preview-capabilities.ts'
import { COMMANDS } from './command-table.ts'
import { runCli } from './run-cli.ts'
import type { KeyTools, Services } from './services.ts'

const VIDEO = {
  bytes: 412_345,
  sha256: 'ab'.repeat(32),
  width: 640,
  height: 640,
  fps: 25,
  frames: 190,
  seconds: 7.6,
  engine: 'preview',
  seed: 7,
  warnings: ['The face is small.'],
}

const FACE: FoundFace = {
  index: 0,
  box: { x: 10.4, y: 20, width: 300, height: 400 },
  detection: 0.9,
  mesh: 1,
  yaw: 2.4,
  roll: -1,
  refusal: null,
}

interface Trial {
  readonly code: number
  readonly out: string
  readonly err: string
  readonly requests: GenerateToFile[]
  readonly settings: Readonly<Record<string, string>>[]
}

async function cli(
  words: string[],
  overrides: Partial<Services> = {},
  { columns = 80, aborted = false } = {},
): Promise<Trial> {
  const requests: GenerateToFile[] = []
  const settings: Readonly<Record<string, string>>[] = []
  const written = { out: '', err: '' }
  const stream = (to: 'out' | 'err') => ({
    columns,
    write: (text: string) => {
      written[to] += text
    },
  })
  const services: Services = {
    version: '1.2.3',
    currentFolder: '/home/me',
    nowMs: () => 0,
    acceptRequest: async (body) => acceptRequest(createGenerationRequestParser()(body)),
    generateToFile: async (request, given) => {
      requests.push(request)
      settings.push(given)
      request.onProgress({
        stage: 'sampling',
        done: 95,
        total: 190,
        fraction: 0.5,
        etaSeconds: 3,
        etaRange: [2, 4],
      })
      return { ...VIDEO, path: request.output.path, posterPath: null }
    },
    findFaces: async () => [FACE],
    examineMachine: async () => [
      { subject: 'ffmpeg', state: 'missing', detail: 'not found', advice: 'Install it.' },
    ],
    embedPrompt: async () => ({ cachePath: null, isKeptInVolume: false }),
    models: () => Promise.reject(new AppError('internal_error', 'not in this test')),
    workflows: () => expect.fail('not in this test'),
    serve: async () => {},
    work: async () => {},
    drainWorkers: () => expect.fail('not in this test'),
    moveStores: () => expect.fail('not in this test'),
    rotateLinkKey: async () => {},
    keys: () => expect.fail('not in this test'),
    hubAddress: (url) => ({ url: url ?? 'http://127.0.0.1:8787', token: null }),
    keepLogin: () => 'login.json',
    forgetLogin: () => false,
    beamQueue: () => expect.fail('not in this test'),
    beamEndpoint: () => expect.fail('not in this test'),
    kindOnBeam: () => null,
    describeSettings: () => [],
    openInBrowser: async () => false,
    commands: async () => [],
    ...overrides,
  }
  const code = await runCli({
    words,
    streams: { stdin: Readable.from([]), stdout: stream('out'), stderr: stream('err') },
    services,
    signal: aborted ? AbortSignal.abort() : new AbortController().signal,
  })
  return { code, ...written, requests, settings }
}

const lines = (text: string): unknown[] =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))

describe("commands that Beam's own tool took over", () => {
  it.each([
    ['beam'],
    ['beam', '--help'],
    ['beam', 'preload', '--dry-run'],
    ['beam', 'deploy', 'queue', '--gpu', 'A10G'],
    ['beam', 'upload', 'style.safetensors'],
  ])('are answered with the three commands of that tool: %s %s', async (...words) => {
    const { code, out, err } = await cli(words, {}, { columns: 1000 })
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toContain('usage')
    for (const command of [
      'python preload_models.py',
      'beam deploy app.py:handler',
      'beam deploy app.py:queue_handler',
    ])
      expect(err).toContain(`"${command}"`)
  })
})

it.each(['export', 'import'])('"db %s" is answered with the command that does it', async (word) => {
  const { code, err } = await cli(['db', word, 'hub.tar'], {}, { columns: 1000 })
  expect(code).toBe(2)
  expect(err).toContain('"infinitetalk db migrate"')
})

describe('infinitetalk generate', () => {
  it('turns the command line into one validated request', async () => {
    const { code, requests } = await cli([
      'generate',
      ...['-i', 'a.png', '--audio', 'https://example.org/v.mp3', '-o', 'out.mp4'],
      ...['-w', '640', '-H', '480', '--fit', 'pad', '--seed', '9', '--face', '1', '--label'],
    ])
    expect(code).toBe(0)
    expect(requests[0]).toMatchObject({
      output: { path: '/home/me/out.mp4', overwrite: false },
      spec: {
        visual: { kind: 'path', path: '/home/me/a.png' },
        voices: [{ source: { kind: 'url', url: 'https://example.org/v.mp3' } }],
        size: { width: 640, height: 480 },
        fit: 'pad',
        seed: 9,
        face: { index: 1, crop: false },
        label: true,
      },
    })
  })

  it('takes a video, two voices with boxes, and how they are to be sampled', async () => {
    const { code, requests, settings } = await cli([
      ...['generate', '-v', 'clip.mp4', '-a', 'a.wav', '--audio-2', 'b.wav'],
      ...['--box', '0,0.1,0.4,0.9', '--workflow', 'mine/dub.json', '--preset', 'draft'],
      ...['--steps', '3', '--audio-scale', '1.25', '--no-force-offload', '--equalise-windows'],
      ...['--comfyui-url', 'http://gpu:8188'],
    ])
    expect(code).toBe(0)
    expect(requests[0]!.spec).toMatchObject({
      inputType: 'video',
      visual: { kind: 'path', path: '/home/me/clip.mp4' },
      voices: [
        { speaker: 'left', box: [0, 0.1, 0.4, 0.9] },
        { speaker: 'right', box: null },
      ],
      ...{ workflow: 'dub', preset: 'draft', steps: 3, audioScale: 1.25 },
      ...{ forceOffload: false, equaliseWindows: true },
    })
    expect(settings).toEqual([
      {
        COMFYUI_URL: 'http://gpu:8188',
        COMFYUI_DIR: '',
        INFINITETALK_WORKFLOWS_DIR: '/home/me/mine',
      },
    ])
  })

  it('prints what was made, and warnings where a person sees them', async () => {
    const { out, err } = await cli(['generate', '-i', 'a.png', '-a', 'v.wav'])
    expect(out).toContain('✅ talking.mp4')
    expect(out).toContain('640x640, 7.60 s, 190 frames, 413 kB, engine preview, seed 7')
    expect(err).toContain('Rendering 50% frame 95/190, about 2 to 4 s left')
    expect(err).toContain('The face is small.')
  })

  it('prints one JSON object a line with --json, and nothing else', async () => {
    const { out, err } = await cli(['generate', '-i', 'a.png', '-a', 'v.wav', '--json'])
    expect(lines(out)).toEqual([
      expect.objectContaining({
        event: 'progress',
        stage: 'sampling',
        done: 95,
        eta_s: 3,
        eta_range_s: [2, 4],
      }),
      expect.objectContaining({ event: 'warning' }),
      expect.objectContaining({
        event: 'result',
        sha256: VIDEO.sha256,
        path: '/home/me/talking.mp4',
      }),
    ])
    expect(err).toBe('')
  })

  it('prints nothing with --quiet', async () => {
    const { out, err } = await cli(['generate', '-i', 'a.png', '-a', 'v.wav', '--quiet'])
    expect(out + err).toBe('')
  })

  it.each([
    [['generate', '-a', 'v.wav'], 'needs --image'],
    [['generate'], 'needs --image and --audio'],
    [['generate', '-i', '-', '-a', '-'], 'Only one input'],
    [['generate', '-i', 'a.png', '-a', 'v.wav', '-o', 'x.avi'], 'must be an .mp4'],
    [['generate', '-i', 'a.png', '-a', 'v.wav', '--width', 'big'], 'needs a whole number'],
    [['generate', '--imgae', 'a.png'], 'Did you mean --image?'],
    [['generate', '-i'], "'-i, --image <value>' argument missing"],
    [['generate', 'a.png'], 'takes no argument "a.png"'],
    [['generate', '-i', 'a.png', '-v', 'b.mp4', '-a', 'v.wav'], 'not --image'],
    [['generate', '-i', 'a', '-a', 'v', '--box', '1,2'], 'needs four numbers'],
    [['generate', '-i', 'a', '-a', 'v', '--cfg', 'x'], 'needs a number'],
    [['genrate'], 'Did you mean "generate"?'],
    [['faces'], 'needs IMAGE'],
  ])('refuses %j with exit code 2 and says what is wrong', async (words, message) => {
    const { code, err, requests } = await cli(words)
    expect(code).toBe(2)
    expect(err).toContain(message)
    expect(err).toContain('usage:')
    expect(requests).toEqual([])
  })

  it.each([
    [['generate', '-i', '-dash.png', '-a', 'v.wav'], '--image=-dash.png'],
    [['generate', '-i', '-a', 'v.wav'], '--image is followed by "-a"'],
    [['submit', '-i', 'a.png', '-a', '--voice.wav'], '--audio=--voice.wav'],
    [['generate', 'a.png', 'b.wav'], '-i for the picture, -v for a video, -a for the voice'],
    [['submit', 'a.png', 'b.wav'], '-i for the picture'],
    [['list', '--url', '127.0.0.1:8787'], 'http://127.0.0.1:8787'],
    [['status', 'job_x', '--url', 'hub.example'], 'http://hub.example'],
  ])('14.30: says of %j what was meant: %s', async (words, meant) => {
    const { code, err, requests } = await cli(words)
    expect(code).toBe(2)
    expect(err.replaceAll(/\s+/g, ' ')).toContain(meant)
    expect(err).toContain(`infinitetalk ${words[0]} --help`)
    expect(requests).toEqual([])
  })

  it('14.30: an error of usage names the help of its command, also where that has two words', async () => {
    expect((await cli(['models', 'pull', '--nope'])).err).toContain(
      'infinitetalk models pull --help',
    )
    expect((await cli(['genrate'])).err).toContain('"infinitetalk --help"')
    const { out } = await cli(['list', '--nope', '--json'])
    expect(lines(out).at(-1)).toMatchObject({ hint: 'Run "infinitetalk list --help".' })
  })

  it('14.30: a video without an engine for it is told of --comfyui-url', async () => {
    const { code, err } = await cli(['generate', '-v', 'clip.mp4', '-a', 'v.wav'], {
      generateToFile: async ({ spec }) => {
        checkCapabilities(spec, 'preview', PREVIEW_CAPABILITIES)
        throw new Error('the preview engine took a video')
      },
    })
    expect(code).toBe(2)
    expect(err).toContain('engine_unsupported')
    expect(err).toContain('--comfyui-url')
  })

  it('refuses a value the contract does not know before any work', async () => {
    const { code, err, requests } = await cli(['generate', '-i', 'a', '-a', 'v', '--fit', 'strech'])
    expect(code).toBe(2)
    expect(err).toContain('invalid_request')
    expect(requests).toEqual([])
  })
})

describe('failures', () => {
  const failing = (error: unknown): Partial<Services> => ({
    generateToFile: () => Promise.reject(error),
  })
  const words = ['generate', '-i', 'a.png', '-a', 'v.wav']

  it('say what happened, the code, and what to do', async () => {
    const { code, err } = await cli(
      words,
      failing(new AppError('no_face_found', 'There is no face.')),
    )
    expect(code).toBe(2)
    expect(err).toBe(`❌ There is no face.\n   no_face_found: ${ERRORS.no_face_found.hint}\n`)
  })

  it('are the same object as the API sends with --json', async () => {
    const error = new AppError('audio_too_long', 'The audio lasts 900 s.', { pointer: '/audio' })
    const { out } = await cli([...words, '--json'], failing(error))
    expect(lines(out)).toEqual([
      expect.objectContaining({
        event: 'error',
        code: 'audio_too_long',
        detail: 'The audio lasts 900 s.',
        error: 'The audio lasts 900 s.',
        retryable: false,
      }),
    ])
  })

  it('of the machine end with 1, an interrupt with 130', async () => {
    expect((await cli(words, failing(new Error('boom')))).code).toBe(1)
    expect((await cli(words, failing(new Error('aborted')), { aborted: true })).code).toBe(130)
  })
})

it('14.27: the doctor does not send to the doctor', async () => {
  const { code, err } = await cli(['doctor'])
  expect(code).toBe(1)
  expect(err).toContain('not_ready')
  expect(err).not.toContain('infinitetalk doctor')
})

describe('help', () => {
  it.each([[[]], ...COMMANDS.map(({ name }) => [name.split(' ')])])(
    'of %j fits 80 and 60 columns',
    async (words) => {
      for (const columns of [80, 60]) {
        const { code, out } = await cli([...words, '--help'], {}, { columns })
        const options = out.split('\n').filter((line) => !line.includes('infinitetalk '))
        expect(code).toBe(0)
        expect(Math.max(...options.map((line) => line.length))).toBeLessThanOrEqual(columns)
      }
    },
  )

  it('of a group lists its commands and begins with one of them', async () => {
    const { out } = await cli(['models', '--help'])
    expect(out).toContain('Usage: infinitetalk models COMMAND [options]')
    expect(out).toMatch(/Start here:\n {2}infinitetalk models /)
    expect(out).not.toContain('generate')
  })

  it('lists every command and the version', async () => {
    const { out } = await cli([])
    for (const { name } of COMMANDS) expect(out).toContain(`  ${name}`)
    expect((await cli(['--version'])).out).toBe('1.2.3\n')
  })
})

it('lists keys within the width of the terminal', async () => {
  const rules = { ...NO_RULES, maxRunning: 2, requestsPerMinute: 60, videoSecondsPerDay: 3600 }
  const key = { name: 'shop', hash: '', isAdmin: false, rules, createdAtMs: 0, revokedAtMs: null }
  const keys = async (): Promise<KeyTools> => ({
    ...({} as KeyTools),
    list: async () => [key],
    [Symbol.asyncDispose]: async () => {},
  })
  const { out } = await cli(['keys', 'list'], { keys })
  expect(out.trimEnd().split('\n')).toEqual([
    'shop  created 1970-01-01, priority up to high, 2 running, 60 requests a minute,',
    '      3600 s of video a day, weight 1',
  ])
})

describe('infinitetalk doctor and faces', () => {
  it('exits 1 when something needed is missing, and says what to do', async () => {
    const { code, out } = await cli(['doctor'])
    expect(code).toBe(1)
    expect(out).toContain('❌ ffmpeg: not found\n   Install it.')
  })

  it('is wrapped to the terminal, but for the commands that are to be copied', async () => {
    const commands = [`cd /opt/${'a/'.repeat(30)}`, 'git checkout 3f20054']
    const pack = { subject: 'Pack', state: 'warning', detail: 'at another commit' } as const
    const advice = 'Check out the pinned commit and restart ComfyUI:'
    const examineMachine = async () => [{ ...pack, advice, commands }]
    const { out } = await cli(['doctor'], { examineMachine }, { columns: 30 })
    expect(out.trimEnd().split('\n')).toEqual([
      '⚠️  Pack: at another commit',
      '   Check out the pinned commit',
      '   and restart ComfyUI:',
      ...commands.map((command) => `     ${command}`),
    ])
    const { out: json } = await cli(['doctor', '--json'], { examineMachine })
    expect(JSON.parse(json.trim())).toEqual({ event: 'finding', ...pack, advice, commands })
  })

  it('lists the faces by number', async () => {
    const { out } = await cli(['faces', 'group.jpg'])
    expect(out.split('\n').slice(0, 2)).toEqual([
      ' face  x, y, width, height       yaw   roll  can be animated',
      '    0  10, 20, 300, 400           2°    -1°  yes',
    ])
  })

  it('says so when there is no face', async () => {
    const { code, err } = await cli(['faces', 'fruit.jpg'], { findFaces: async () => [] })
    expect(code).toBe(2)
    expect(err).toContain('no_face_found')
  })
})
