// The commands of the guide by Beam's real command line, against a stand-in of its gateway: what is built, what leaves this machine, what
// is deployed.
import { execFileSync, spawn } from 'node:child_process'
import { cpSync, readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, it, onTestFinished } from 'vitest'
import { describeWithMaker, makersProgram } from '../../support/makers.ts'
import { ROOT } from '../../support/run-infinitetalk.ts'
import { createTestFolder, type TestFolder } from '../../support/test-folder.ts'
import { readCopy, readDockerfile } from '../dockerfile.ts'
import { runProgram } from '../run-script.ts'

type Told = Readonly<Record<string, unknown>> & { readonly kind: string }

interface Beam {
  /** Calls of the gateway, in order. */
  readonly told: readonly Told[]
  run(program: string, ...words: readonly string[]): Promise<string>
}

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8')
const tracked = execFileSync('git', ['ls-files', '-z'], { cwd: ROOT, encoding: 'utf8' })
  .split('\0')
  .slice(0, -1)

/** A copy of this repository by name, with what must never leave it. Only what the client reads has content. */
async function copyRepository(files: TestFolder): Promise<void> {
  const secret = ['.env', 'src/.env', 'deploy/docker/.env.local', 'data/jobs.db', 'talking.mp4']
  const heavy = ['node_modules/a/index.js', 'packages/web/node_modules/a/index.js']
  for (const path of [...tracked, ...secret, ...heavy]) {
    await mkdir(dirname(files.path(path)), { recursive: true })
    await writeFile(files.path(path), '')
  }
  cpSync(join(ROOT, 'deploy'), files.path('deploy'), { recursive: true })
  cpSync(join(ROOT, '.dockerignore'), files.path('.dockerignore'))
}

async function openBeam(files: TestFolder): Promise<Beam> {
  const gateway = spawn(
    makersProgram('beam', 'python'),
    [join(ROOT, 'test/makers/beam_gateway.py')],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  )
  onTestFinished(() => void gateway.stdin.end())
  const told: Told[] = []
  const { promise, resolve } = Promise.withResolvers<Told>()
  createInterface({ input: gateway.stdout }).on('line', (line) => {
    const one = JSON.parse(line) as Told
    if (one.kind === 'ready') resolve(one)
    else told.push(one)
  })
  const { port, token } = await promise
  const env = {
    HOME: files.path('.'),
    BEAM_TOKEN: String(token),
    GATEWAY_HOST: '127.0.0.1',
    GATEWAY_PORT: String(port),
    API_HOST: '127.0.0.1',
    API_PORT: '1',
    // Where the client asks for its newest version.
    BASE_API_URL: 'http://127.0.0.1:1',
  }
  return {
    told,
    async run(program, ...words) {
      const place = { folder: files.path('deploy/beam'), env }
      const { code, said } = await runProgram(makersProgram('beam', program), words, place)
      expect(code, said).toBe(0)
      return said
    },
  }
}

describeWithMaker('beam', 'beam', "Beam's command line", () => {
  it('builds, uploads and deploys what the guide says', async () => {
    const files = await createTestFolder()
    await copyRepository(files)
    const beam = await openBeam(files)
    const of = (kind: string) => beam.told.filter((one) => one.kind === kind)

    await beam.run('python', 'preload_models.py')
    expect(of('invoked')).toEqual([{ kind: 'invoked', stub: 'preload_models:preload_models' }])
    // The last stage is what Beam builds.
    const built = readDockerfile(String(of('image')[0]?.dockerfile))
    expect(built.findLast(({ name }) => name === 'FROM')?.stage).toBe('beam')
    const copied = readDockerfile(read('deploy/docker/Dockerfile'))
      .filter(({ name }) => name === 'COPY')
      .map(readCopy)
      .flatMap((copy) => (copy.from === null ? copy.sources : []))
    const isCopied = (path: string): boolean =>
      copied.some((source) => path === source || path.startsWith(`${source}/`))
    const wanted = tracked.filter((path) => isCopied(path) && !/\.test\.ts$|(^|\/)\.env/.test(path))
    expect(wanted.length).toBeGreaterThan(100)
    expect(of('uploaded')[0]?.names).toEqual(wanted.toSorted())
    expect(of('uploaded')[1]?.names).toEqual(['app.py', 'hub_image.py', 'preload_models.py'])

    await beam.run('beam', 'deploy', 'app.py:handler')
    await beam.run('beam', 'deploy', 'app.py:queue_handler')
    expect(of('deployed')).toEqual([
      { kind: 'deployed', name: 'infinitetalk', stub: 'endpoint/deployment' },
      { kind: 'deployed', name: 'infinitetalk-queue', stub: 'taskqueue/deployment' },
    ])
    const common = {
      ...{ imageId: 'image-1', appName: 'infinitetalk', gpu: 'RTX4090', gpuCount: 1 },
      volumes: [{ id: 'volume-1', mountPath: '/models' }],
      onStart: 'app:start_hub',
      authorized: true,
    }
    expect(of('stub').map(({ request }) => request)).toEqual([
      expect.objectContaining({ handler: 'preload_models:preload_models', memory: '4096' }),
      expect.objectContaining({ ...common, handler: 'app:handler', memory: '43008' }),
      expect.objectContaining({
        ...{ ...common, handler: 'app:queue_handler', memory: '49152', keepWarmSeconds: 60 },
        taskPolicy: { maxRetries: 3, timeout: '3600' },
      }),
    ])
    expect(await beam.run('beam', 'task', 'list', '--format', 'json')).toContain('task-1')
    expect(of('unknown')).toEqual([])
  })
})
