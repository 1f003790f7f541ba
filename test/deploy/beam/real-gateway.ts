// The stand-in of Beam's gateway that Beam's real client and runner speak to, and a copy of this repository to deploy from it.
import { execFileSync, spawn } from 'node:child_process'
import { cpSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { expect } from 'vitest'
import { freePort } from '../../comfyui/standin/free-port.ts'
import { makersProgram } from '../../support/makers.ts'
import { ROOT } from '../../support/run-infinitetalk.ts'
import { SHIPPED_TOOLS } from '../../support/shipped-tools.ts'
import { createKeptFolder } from '../kept-folder.ts'
import { runProgram } from '../run-script.ts'
import { endGroup } from './manifest-process.ts'

export type Told = Readonly<Record<string, unknown>> & { readonly kind: string }

export interface RealBeam extends AsyncDisposable {
  /** Address of its HTTP interface. */
  readonly url: string
  readonly token: string
  /** The hub that all containers share. */
  readonly hubUrl: string
  /** Calls of the gateway of one kind, in order. */
  told(kind: string): readonly Told[]
  /** A task that no container has taken yet. */
  expire(task: string): void
  /** Runs a script in the copied repository. @returns what it printed */
  run(script: string): Promise<string>
  /** @returns what the program of test/makers printed, as JSON */
  runClient(input: unknown): Promise<Record<string, never>>
}

export const TRACKED = execFileSync('git', ['ls-files', '-z'], { cwd: ROOT, encoding: 'utf8' })
  .split('\0')
  .slice(0, -1)

/** @param env of the containers */
export async function openRealBeam(env: Readonly<Record<string, string>>): Promise<RealBeam> {
  const files = await createKeptFolder()
  await copyRepository(files.path)
  const hubPort = String(await freePort())
  const gateway = spawn(
    makersProgram('beam', 'python'),
    [join(ROOT, 'test/makers/beam_gateway.py')],
    {
      cwd: files.path('.'),
      env: {
        PATH: process.env.PATH,
        ...SHIPPED_TOOLS,
        START_HUB: join(ROOT, 'deploy/docker/start-hub.js'),
        INFINITETALK_PORT: hubPort,
        INFINITETALK_DATA_DIR: files.path('data'),
        INFINITETALK_LIMIT_DISK_RESERVE_BYTES: '1MB',
        ...env,
      },
      stdio: ['pipe', 'pipe', 'pipe'],
    },
  )
  // The containers are in a hurry to log.
  gateway.stderr.resume()
  const all: Told[] = []
  const { promise, resolve } = Promise.withResolvers<Told>()
  createInterface({ input: gateway.stdout }).on('line', (line) => {
    const one = JSON.parse(line) as Told
    if (one.kind === 'ready') resolve(one)
    else all.push(one)
  })
  const { port, token, url } = await promise
  const settings = {
    HOME: files.path('.'),
    PATH: `${dirname(makersProgram('beam', 'beam'))}:${process.env.PATH}`,
    BEAM_TOKEN: String(token),
    GATEWAY_HOST: '127.0.0.1',
    GATEWAY_PORT: String(port),
    API_HOST: '127.0.0.1',
    API_PORT: new URL(String(url)).port,
    // Where the client asks for its newest version.
    BASE_API_URL: 'http://127.0.0.1:1',
  }
  return {
    url: String(url),
    token: String(token),
    hubUrl: `http://127.0.0.1:${hubPort}`,
    told: (kind) => all.filter((one) => one.kind === kind),
    expire: (task) => void gateway.stdin.write(`${task}\n`),
    async run(script) {
      const place = { folder: files.path('.'), env: settings }
      const { code, said } = await runProgram('bash', ['-euc', script], place)
      expect(code, said).toBe(0)
      return said
    },
    async runClient(input) {
      const program = join(ROOT, 'test/makers/beam_client.py')
      const client = spawn(makersProgram('beam', 'python'), [program], {
        env: settings,
        stdio: ['pipe', 'pipe', 'inherit'],
      })
      client.stdin.end(JSON.stringify(input))
      return JSON.parse((await text(client.stdout)).trim().split('\n').at(-1) ?? '')
    },
    async [Symbol.asyncDispose]() {
      gateway.stdin.end()
      const hub = await readFile(files.path('data/hub.pid'), 'utf8').catch(() => null)
      if (hub !== null) await endGroup(Number(hub))
      await files.remove()
    },
  }
}

/** By name, with what must never leave it. Only what the client reads has content. */
async function copyRepository(at: (path: string) => string): Promise<void> {
  const secret = ['.env', 'src/.env', 'deploy/docker/.env.local', 'data/jobs.db', 'talking.mp4']
  const heavy = ['node_modules/a/index.js', 'packages/web/node_modules/a/index.js']
  const paths = [...TRACKED, ...secret, ...heavy]
  for (const folder of new Set(paths.map(dirname))) await mkdir(at(folder), { recursive: true })
  await Promise.all(paths.map((path) => writeFile(at(path), '')))
  cpSync(join(ROOT, 'deploy'), at('deploy'), { recursive: true })
  cpSync(join(ROOT, '.dockerignore'), at('.dockerignore'))
}
