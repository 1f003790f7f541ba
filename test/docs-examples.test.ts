// Every example of the guide that says `run` is run: by a shell, in a folder with the shipped examples, against the real hub and
// its preview engine. Only the voice is cut to a second, to save time.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { probeVideo } from '../src/media/probe-video.ts'
import { fileArgument } from '../src/media/tool-command.ts'
import { describeWith } from './support/requires.ts'
import { ROOT } from './support/run-infinitetalk.ts'
import { SHIPPED_TOOLS, shippedTools } from './support/shipped-tools.ts'
import { firstSecond } from './support/wav-file.ts'

const USUAL_URL = 'http://127.0.0.1:8787'
const HOW = 'apt-get install curl jq espeak-ng'

/** Keys come last: a hub that has one answers nobody without. */
const GUIDES = [
  ...['generate.md', 'http-api.md', 'text.md', 'runpod-clients.md', 'beam-clients.md'],
  ...['webhooks.md', 'batches.md'],
  'keys.md',
]
/** The receiver of the webhooks' guide, and its secret. */
const WEBHOOK_SETTINGS = {
  INFINITETALK_WEBHOOK_SECRETS: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  INFINITETALK_FETCH_ALLOW_CIDRS: '127.0.0.1/32',
  INFINITETALK_FETCH_EXTRA_PORTS: '9000',
}
const texts = GUIDES.map((name) => readFile(join(ROOT, 'docs/guide', name), 'utf8'))
const guide = (await Promise.all(texts)).join('\n')
const examples = [...guide.matchAll(/^##? (.*)$|^```sh run\n([\s\S]*?)^```$/gm)].reduce<
  { title: string; script: string }[]
>((found, [, title, script]) => {
  if (title !== undefined) found.push({ title, script: '' })
  else if (script !== undefined) found.at(-1)!.script += script
  return found
}, [])

describeWith(
  ['curl', 'jq', 'bash', 'espeak-ng'],
  HOW,
  'the examples of the guides over HTTP',
  () => {
    let folder: string
    let url: string
    let stop: () => Promise<number | null>

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'infinitetalk-docs-'))
      await cp(join(ROOT, 'examples'), join(folder, 'examples'), { recursive: true })
      const voice = join(folder, 'examples/speech.wav')
      await chmod(voice, 0o600)
      await writeFile(voice, firstSecond(await readFile(voice)))
      // Some guides name files of the reader's own folder.
      for (const name of ['portrait.png', 'two-people.png', 'speech.wav']) {
        await cp(join(folder, 'examples', name), join(folder, name))
      }
      const launcher = join(ROOT, 'bin/infinitetalk.js')
      const child = spawn(process.execPath, [launcher, 'serve', '--port', '0', '--json'], {
        cwd: folder,
        env: { PATH: process.env.PATH, TMPDIR: folder, ...SHIPPED_TOOLS, ...WEBHOOK_SETTINGS },
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      let log = ''
      url = await new Promise((resolve) => {
        child.stdout.on('data', (chunk: Buffer) => {
          log += chunk.toString()
          const [, listening] = /"event":"listening","url":"([^"]+)"/.exec(log) ?? []
          if (listening !== undefined) resolve(listening)
        })
      })
      stop = async () => {
        child.kill('SIGTERM')
        const [code] = (await once(child, 'exit')) as [number | null]
        return code
      }
    })
    afterAll(() => rm(folder, { recursive: true, force: true }))

    const runnable = examples.filter(({ script }) => script !== '')

    it('are there', () => {
      expect(runnable.length).toBeGreaterThanOrEqual(5)
    })

    it.each(runnable)('$title', { timeout: 120_000 }, async ({ script }) => {
      await rm(join(folder, 'talking.mp4'), { force: true })
      const program = `${process.execPath} ${join(ROOT, 'bin/infinitetalk.js')}`
      const here = script.replaceAll(USUAL_URL, url).replaceAll('npx infinitetalk', program)
      const text = `set -euo pipefail\n${here}`
      const NODE_PATH = join(ROOT, 'node_modules')
      const found = {
        PATH: process.env.PATH,
        NODE_PATH,
        INFINITETALK_URL: url,
        XDG_CONFIG_HOME: folder,
      }
      const env = { ...found, ...SHIPPED_TOOLS, ...WEBHOOK_SETTINGS }
      const child = spawn('bash', ['-c', text], { cwd: folder, env })
      let said = ''
      child.stdout.on('data', (chunk) => (said += chunk))
      child.stderr.on('data', (chunk) => (said += chunk))
      const [code] = await once(child, 'close')
      expect(code, said).toBe(0)
      const last = script.split('\n').findLast((line) => line.includes('talking.mp4'))
      if (last === undefined) return
      const frames = await framesOf(join(folder, 'talking.mp4'))
      // A text takes as long as its speaker does.
      if (last.includes('--text')) expect(frames).toBeGreaterThan(25)
      else expect(frames).toBe(25)
    })

    it('leave a hub that stops in order', async () => {
      expect(await stop()).toBe(0)
    })
  },
)

async function framesOf(path: string): Promise<number> {
  const tools = await shippedTools()
  const options = { signal: AbortSignal.timeout(30_000), timeoutMs: 30_000 }
  const { frames } = await probeVideo(tools.ffprobe, ['-i', fileArgument(path)], options)
  return frames
}
