// A manifest in a real Python, below a stand-in of Beam's package, with a real hub behind it that renders with the preview engine.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { onTestFinished } from 'vitest'
import { freePort } from '../../comfyui/standin/free-port.ts'
import { ROOT } from '../../support/run-infinitetalk.ts'
import { SHIPPED_TOOLS } from '../../support/shipped-tools.ts'
import { createKeptFolder, type KeptFolder } from '../kept-folder.ts'

export interface Registered {
  readonly decorator: string
  readonly function: string
  readonly settings: Readonly<Record<string, unknown>>
}

export interface Manifest extends AsyncDisposable {
  readonly registered: readonly Registered[]
  readonly files: KeptFolder
  readonly url: string
  readonly child: ChildProcess
  call(name: string, kwargs?: object): Promise<Record<string, unknown>>
  /** Sends the request and does not wait. */
  begin(name: string, kwargs: object): void
  /** Beside the Python. @returns the exit status */
  startHub(): Promise<number | null>
  /** The process id of the started hub. */
  hubId(): Promise<number>
}

/** The hub and the Python end with the test. */
export async function startManifest(
  module: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Manifest> {
  const manifest = await openManifest(module, env)
  onTestFinished(() => manifest[Symbol.asyncDispose]())
  return manifest
}

/** For several tests. */
export async function openManifest(
  module: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Manifest> {
  const files = await createKeptFolder()
  const port = await freePort()
  await mkdir(files.path('outputs'))
  const START_HUB = `${ROOT}/deploy/docker/start-hub.js`
  const cwd = files.path('.')
  const environment = {
    PATH: process.env.PATH,
    ...SHIPPED_TOOLS,
    PYTHONDONTWRITEBYTECODE: '1',
    PYTHONPATH: [`${ROOT}/test/deploy/beam/fake`, `${ROOT}/deploy/beam`].join(':'),
    BEAM_IMAGE: 'registry.example/infinitetalk-beam:0.1.0',
    START_HUB,
    SAVED_OUTPUTS: files.path('outputs'),
    INFINITETALK_PORT: String(port),
    INFINITETALK_DATA_DIR: files.path('data'),
    INFINITETALK_ENGINE: 'preview',
    ...env,
  }
  const child = spawn('python3', [`${ROOT}/test/deploy/beam/drive.py`, module], {
    cwd,
    env: environment,
    stdio: ['pipe', 'ignore', 'inherit', 'pipe'],
  })
  const hubId = async () => Number(await readFile(files.path('data/hub.pid'), 'utf8'))
  const lines = createInterface({ input: child.stdio[3] as Readable })[Symbol.asyncIterator]()
  const read = async () => {
    const { value, done } = await lines.next()
    if (done === true) throw new Error('the manifest ended')
    return JSON.parse(value)
  }
  const begin = (name: string, kwargs: object) =>
    void child.stdin?.write(`${JSON.stringify({ name, kwargs })}\n`)
  return {
    registered: (await read()) as readonly Registered[],
    files,
    url: `http://127.0.0.1:${port}`,
    child,
    begin,
    async call(name, kwargs = {}) {
      begin(name, kwargs)
      return (await read()) as Record<string, unknown>
    },
    async startHub() {
      const starter = spawn(START_HUB, { cwd, env: environment, stdio: 'ignore' })
      const [code] = (await once(starter, 'exit')) as [number | null]
      return code
    },
    hubId,
    async [Symbol.asyncDispose]() {
      const hub = await hubId().catch(() => null)
      if (hub !== null) await endGroup(hub)
      child.kill('SIGKILL')
      await files.remove()
    },
  }
}

/** All of the group: where the launcher had to find a newer Node, the hub is its child. Returns when they are gone. */
export async function endGroup(id: number): Promise<void> {
  try {
    process.kill(-id, 'SIGKILL')
    while (true) {
      process.kill(-id, 0)
      await new Promise((done) => setTimeout(done, 20))
    }
  } catch {
    // Nobody is left in it.
  }
}
