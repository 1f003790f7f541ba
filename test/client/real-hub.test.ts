// The client and the command line against the real hub in a process of its own: what is promised holds over real sockets,
// real renders, and a hub that is killed.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { openAsBlob } from 'node:fs'
import { copyFile, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DEFAULT_REQUEST_BOUNDS, openApiDocument } from '@infinitetalk/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  ConflictError,
  createClient,
  NotFoundError,
  type RunProgress,
  UnprocessableEntityError,
} from '../../packages/client/src/index.ts'
import { createSandbox, ROOT } from '../support/run-infinitetalk.ts'
import { type ServingHub, startHub } from '../support/serving-hub.ts'
import { createTestFolder, type TestFolder } from '../support/test-folder.ts'
import { firstSecond } from '../support/wav-file.ts'

const PORTRAIT = join(ROOT, 'examples/portrait.png')
const SPEECH = join(ROOT, 'examples/speech.wav')
/** A few frames are enough where the picture itself is not looked at. */
const SMALL = { width: 128, height: 128, max_frames: 30, seed: 7 }

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
const isMp4 = (bytes: Buffer): boolean => bytes.subarray(4, 8).toString() === 'ftyp'

/** For the tests that do not end it: each finds the jobs of those before it. */
let hub: ServingHub
const data = await mkdtemp(join(tmpdir(), 'infinitetalk-test-'))
beforeAll(async () => {
  hub = await startHub({ dataFolder: data, outlivesTest: true })
})
afterAll(async () => {
  await hub.kill('SIGKILL')
  await rm(data, { recursive: true })
})

describe('the client, at a real hub', () => {
  it('makes a video from files of this disk, and can do everything else with its job', async () => {
    const client = createClient({ baseUrl: hub.url })
    const media = { image: await openAsBlob(PORTRAIT), audio: await openAsBlob(SPEECH) }
    const progress: RunProgress[] = []
    const { job, video } = await client.run(
      { ...media, ...SMALL },
      { onProgress: (each) => progress.push(each) },
    )

    const bytes = Buffer.from(await (await video.blob()).arrayBuffer())
    expect(isMp4(bytes)).toBe(true)
    expect(sha256(bytes)).toBe(job.output?.video.sha256)
    const phases = new Set(progress.map(({ phase }) => phase))
    expect([...phases]).toEqual(['uploading', 'queued', 'running'])
    const fractions = progress.flatMap((each) => (each.phase === 'running' ? [each.fraction] : []))
    expect(fractions).toEqual(fractions.toSorted((a, b) => a - b))

    const events: string[] = []
    for await (const { type } of client.jobs.events(job.id)) events.push(type)
    expect([events[0], events.at(-1)]).toEqual(['queued', 'succeeded'])
    for await (const event of client.jobs.events(job.id, { after: 99_999 })) events.push(event.type)
    expect(events.at(-1)).toBe('succeeded')

    const part = await client.jobs.video(job.id, { range: { start: 10, end: 19 } })
    const range = Buffer.from(await new Response(part.stream).arrayBuffer())
    expect(part).toMatchObject({ start: 10, bytes: 10, totalBytes: bytes.length })
    expect(part.etag).toBe(`"${video.sha256}"`)
    expect(range.equals(bytes.subarray(10, 20))).toBe(true)

    expect((await client.jobs.list({ status: 'succeeded' })).data.map(({ id }) => id)).toEqual([
      job.id,
    ])
    await expect(client.jobs.cancel(job.id)).rejects.toBeInstanceOf(ConflictError)
    const again = await client.jobs.wait((await client.jobs.retry(job.id)).id)
    expect(again).toMatchObject({ status: 'succeeded', retry_of: job.id })
    await client.jobs.delete(job.id)
    await expect(client.jobs.get(job.id)).rejects.toBeInstanceOf(NotFoundError)
    await expect(client.jobs.get('../../x')).rejects.toBeInstanceOf(NotFoundError)

    const refused = client.jobs.create({ width: 1 })
    await expect(refused).rejects.toBeInstanceOf(UnprocessableEntityError)
    await expect(refused).rejects.toMatchObject({ requestId: expect.stringMatching(/^req_/) })
    expect((await client.limits()).limits).toMatchObject({ image_max_bytes: 20_000_000 })
  })

  it('is told by the hub the same document that it is compared with', async () => {
    const served = (await (await fetch(`${hub.url}/openapi.json`)).json()) as Record<
      string,
      unknown
    >
    const described = openApiDocument({ version: '0', bounds: DEFAULT_REQUEST_BOUNDS })
    expect(served.paths).toEqual(JSON.parse(JSON.stringify(described.paths)))
  })

  it('sees a job through although the hub is killed in the middle of it', async () => {
    const folder = await createTestFolder()
    const dataFolder = folder.path('data')
    const hub = await startHub({ dataFolder })
    const client = createClient({ baseUrl: hub.url })
    const killed = Promise.withResolvers<void>()
    const running = client.run(
      { image: await openAsBlob(PORTRAIT), audio: await openAsBlob(SPEECH), ...SMALL },
      {
        onProgress: ({ phase }) => {
          if (phase === 'running') killed.resolve()
        },
      },
    )
    await killed.promise
    await hub.kill('SIGKILL')
    await startHub({ dataFolder, port: Number(new URL(hub.url).port) })
    const { job, video } = await running
    expect(job).toMatchObject({ status: 'succeeded', attempt: 2 })
    expect(isMp4(Buffer.from(await (await video.blob()).arrayBuffer()))).toBe(true)
  })
})

describe('the command line, at a real hub', () => {
  it('submits, follows, lists, and fetches again what broke off', async () => {
    await using sandbox = await createSandbox()
    const env = { INFINITETALK_URL: hub.url }
    const inputs = ['-i', PORTRAIT, '-a', SPEECH, '-w', '128', '-H', '128', '--max-frames', '30']
    const submitted = await sandbox.run(['submit', ...inputs, '-o', 'talking.mp4', '--json'], {
      env,
    })
    expect(submitted.stderr).toBe('')
    const result = submitted.events().at(-1)!
    expect(result).toMatchObject({ event: 'result', width: 128, frames: 30 })
    const video = await readFile(join(sandbox.folder, 'talking.mp4'))
    expect(sha256(video)).toBe(result.sha256)

    const id = String(result.job_id)
    const part = `again.mp4.${sha256(video).slice(0, 12)}.part`
    await writeFile(join(sandbox.folder, part), video.subarray(0, 5000))
    const fetched = await sandbox.run(['fetch', id, '-o', 'again.mp4', '--json'], { env })
    expect(fetched.events()[0]).toMatchObject({ stage: 'downloading', done: 5000 })
    expect((await readFile(join(sandbox.folder, 'again.mp4'))).equals(video)).toBe(true)
    expect((await readdir(sandbox.folder)).toSorted()).toEqual(['again.mp4', 'talking.mp4'])

    const listed = await sandbox.run(['list', '--json'], { env })
    expect(listed.events().map((job) => job.id)).toContain(id)
    const status = await sandbox.run(['status', id], { env })
    expect(status.stdout).toContain(`✅ ${id} succeeded\n   128x128, 1.20 s`)
    const estimated = await sandbox.run(['estimate', ...inputs, '--json'], { env })
    expect(estimated.events().at(-1)).toMatchObject({ event: 'estimate', frames: 30 })
    const unknown = await sandbox.run(['status', 'job_x'], { env })
    expect(unknown.code).toBe(2)
    expect(unknown.stderr).toContain('job_not_found:')
  })

  it('presents its token to a hub that wants one', async () => {
    await using sandbox = await createSandbox()
    const folder = await createTestFolder()
    const key = 'a-long-key-for-this-test-only-0123456789'
    const serving = { INFINITETALK_API_KEYS: `me:${key}` }
    const hub = await startHub({ dataFolder: folder.path('data'), env: serving })
    const env = { INFINITETALK_URL: hub.url }
    const without = await sandbox.run(['list'], { env })
    expect(without.code).toBe(2)
    expect(without.stderr).toContain('unauthenticated:')
    for (const name of ['INFINITETALK_TOKEN', 'BEAM_TOKEN']) {
      expect((await sandbox.run(['list'], { env: { ...env, [name]: key } })).code).toBe(0)
    }
  })
})

describe('examples/sdk.ts', () => {
  it('makes a playable video', async () => {
    const folder = await createTestFolder()
    const output = folder.path('talking.mp4')
    const words = [join(ROOT, 'examples/sdk.ts'), PORTRAIT, await shortSpeech(folder), output]
    const printed = await runNode(words, { hubUrl: hub.url, folder: ROOT })
    expect(printed).toMatch(/^uploading\n/)
    expect(printed).toMatch(/^\d+ %$/m)
    expect(printed).toMatch(/talking\.mp4: \d+ bytes of job job_/)
    expect(isMp4(await readFile(output))).toBe(true)
  })
})

describe('docs/guide/sdk.md', () => {
  it('shows code that runs', async () => {
    const folder = await createTestFolder()
    await copyFile(PORTRAIT, folder.path('portrait.png'))
    await shortSpeech(folder)
    await symlink(join(ROOT, 'node_modules'), folder.path('node_modules'))
    const guide = await readFile(join(ROOT, 'docs/guide/sdk.md'), 'utf8')
    const blocks = [...guide.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code]) => code)
    expect(blocks).toHaveLength(2)
    const code = blocks.join('\n').replace('http://127.0.0.1:8787', hub.url)
    const words = ['--input-type=module-typescript', '--eval', code]
    const printed = await runNode(words, { hubUrl: hub.url, folder: folder.path('.') })
    expect(printed).toMatch(/^queued\nstarted\n(progress\n)*succeeded\nsucceeded\n$/m)
  })
})

/** A second of the shipped voice, as `speech.wav` of the folder. */
async function shortSpeech(folder: TestFolder): Promise<string> {
  const path = folder.path('speech.wav')
  await writeFile(path, firstSecond(await readFile(SPEECH)))
  return path
}

/** The output of a program. */
async function runNode(
  words: readonly string[],
  { hubUrl, folder }: { readonly hubUrl: string; readonly folder: string },
): Promise<string> {
  const child = spawn(process.execPath, words, {
    cwd: folder,
    env: { PATH: process.env.PATH, INFINITETALK_URL: hubUrl },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let printed = ''
  for await (const piece of child.stdout) printed += String(piece)
  return printed
}
