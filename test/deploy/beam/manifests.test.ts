// The manifests for Beam's own command line, in a real Python: what they register, and that their functions render on a real hub
// and tell every failure as {"error"}.
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { readdir, readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { refuseRemovedCommand } from '../../../src/cli/removed-commands.ts'
import { describeWith } from '../../support/requires.ts'
import { ROOT } from '../../support/run-infinitetalk.ts'
import { wavFile } from '../../support/wav-file.ts'
import { endGroup, type Manifest, openManifest, startManifest } from './manifest-process.ts'

/** The parameters of each decorator in Beam's package. */
const COMMON = `app cpu memory gpu gpu_count image timeout volumes secrets env name on_deploy callback_url task_policy
  pricing inputs outputs`
const SERVING = `${COMMON} disks workers keep_warm_seconds max_pending_tasks on_start authorized autoscaler checkpoint_enabled pool
  allow_marketplace`
const TAKEN: Readonly<Record<string, readonly string[]>> = {
  endpoint: SERVING.split(/\s+/),
  task_queue: `${SERVING} retries retry_for`.split(/\s+/),
  function: `${COMMON} retries headless`.split(/\s+/),
}

const read = (name: string) => readFile(join(ROOT, name), 'utf8')
const MANIFESTS = ['app', 'preload_models']
const FILES = [...MANIFESTS, 'hub_image']

describeWith(
  ['python3', 'ffmpeg'],
  'apt-get install python3 ffmpeg',
  'the manifests for Beam',
  () => {
    let request: Record<string, unknown>

    beforeAll(async () => {
      const base64 = (name: string) => readFile(join(ROOT, 'examples', name), 'base64')
      const [image_base64, wav_base64] = await Promise.all([
        base64('portrait.png'),
        base64('speech.wav'),
      ])
      request = { image_base64, wav_base64, width: 128, height: 128, max_frame: 10 }
    })

    it.each(MANIFESTS)('register what Beam knows, and the resources of old: %s', async (module) => {
      const { registered } = await startManifest(module)
      for (const { decorator, settings } of registered) {
        expect(TAKEN[decorator]).toEqual(expect.arrayContaining(Object.keys(settings)))
      }
      await expect(`${JSON.stringify(registered, null, 2)}\n`).toMatchFileSnapshot(
        `golden/${module}.json`,
      )
    })

    it.each(FILES)(
      'have less than 60 lines, and import nothing but Python, Beam and each other: %s',
      async (module) => {
        const text = await read(`deploy/beam/${module}.py`)
        expect(text.trimEnd().split('\n').length).toBeLessThan(60)
        const [, fromBeam = ''] = /^from beam import (.*)$/m.exec(text) ?? []
        expect(fromBeam).not.toBe('')
        for (const name of fromBeam.split(', ')) {
          expect(['Image', 'Output', 'Volume', 'endpoint', 'function', 'task_queue']).toContain(
            name,
          )
        }
        const modules = [...text.matchAll(/^import (\S+)$/gm)].map(([, name]) => name)
        const known = ['http.client', 'json', 'os', 'pathlib', 'subprocess', 'tempfile']
        expect(known).toEqual(expect.arrayContaining(modules))
      },
    )

    it.each(MANIFESTS)('have Beam build the image from our Dockerfile: %s', async (module) => {
      const dockerfile = await read('deploy/docker/Dockerfile')
      const { registered } = await startManifest(module, { BEAM_IMAGE: '' })
      for (const { settings } of registered) {
        expect(settings.image).toEqual({
          dockerfile,
          target: 'beam',
          context: ROOT,
        })
      }
    })

    it.each(MANIFESTS)('read no Dockerfile in the container, where none is: %s', async (module) => {
      const { registered } = await startManifest(module, { BEAM_IMAGE: '', CONTAINER_ID: 'c-1' })
      expect(registered.length).toBeGreaterThan(0)
    })

    it('are found by the names that the guide and the command line tell', async () => {
      const guide = await read('docs/guide/beam.md')
      const names = (await Promise.all(MANIFESTS.map((module) => startManifest(module)))).flatMap(
        ({ registered }, index) =>
          registered.map((one) => `${MANIFESTS[index]}.py:${one.function}`),
      )
      expect(names).toEqual([
        'app.py:handler',
        'app.py:queue_handler',
        'preload_models.py:preload_models',
      ])
      const commands = [
        'python preload_models.py',
        ...names.slice(0, 2).map((name) => `beam deploy ${name}`),
      ]
      for (const command of commands) {
        expect(guide).toContain(`\n${command}\n`)
        expect(() => refuseRemovedCommand(['beam'])).toThrow(`"${command}"`)
      }
    })

    it('start the preload as a program', async () => {
      const folder = join(ROOT, 'deploy/beam')
      const { stdout } = await promisify(execFile)('python3', ['preload_models.py'], {
        cwd: folder,
        env: {
          PATH: process.env.PATH,
          PYTHONDONTWRITEBYTECODE: '1',
          PYTHONPATH: join(ROOT, 'test/deploy/beam/fake'),
          BEAM_IMAGE: 'registry.example/infinitetalk-beam:0.1.0',
        },
      })
      expect(stdout).toBe('preload_models runs in a container\n')
    })

    describe('with their hub', () => {
      let manifest: Manifest
      let inputs: Inputs
      const jobs = async () => {
        const answer = await fetch(`${manifest.url}/v1/jobs?limit=1`)
        const { data } = (await answer.json()) as { data: { status: string }[] }
        return data
      }

      beforeAll(async () => {
        inputs = await serveInputs()
        manifest = await openManifest('app', {
          INFINITETALK_LIMIT_JOB_TIMEOUT_MS: '30000',
          INFINITETALK_FETCH_ALLOW_CIDRS: '127.0.0.0/8',
          INFINITETALK_FETCH_EXTRA_PORTS: inputs.port,
        })
      })
      afterAll(async () => {
        await manifest[Symbol.asyncDispose]()
        inputs.close()
      })

      it('start one, though several ask at once, and render on it', async () => {
        const started = await Promise.all([1, 2, 3].map(() => manifest.startHub()))
        expect(started).toEqual([0, 0, 0])
        expect(await manifest.call('start_hub')).toEqual({ status: 0 })
        const hub = await manifest.hubId()
        const { video, ...rest } = await manifest.call('handler', request)
        expect(rest).toEqual({})
        expect(Buffer.from(String(video), 'base64').subarray(4, 8).toString()).toBe('ftyp')

        // Which Beam's own runner calls, and leaves in the request.
        const called = { ...request, callback_url: 'https://me.example/done' }
        const told = await manifest.call('queue_handler', called)
        expect(told).toMatchObject({ status: 'success', message: 'The video is ready.' })
        const saved = await readdir(manifest.files.path('outputs'))
        expect(saved).toEqual([told.filename])
        const content = await readFile(manifest.files.path(`outputs/${told.filename}`))
        expect(content.length).toBe(told.size_bytes)
        expect(createHash('sha256').update(content).digest('hex')).toBe(told.sha256)
        expect(await manifest.hubId()).toBe(hub)
      })

      it('tell what is wrong with a request as an error, and raise nothing', async () => {
        const saved = await readdir(manifest.files.path('outputs'))
        const failure = { error: expect.stringContaining('"wrong"'), code: 'unknown_field' }
        for (const name of ['handler', 'queue_handler']) {
          expect(await manifest.call(name, { ...request, wrong: 1 })).toMatchObject(failure)
          expect(await manifest.call(name, { ...request, image_base64: '!' })).toMatchObject({
            error: expect.any(String),
            code: expect.any(String),
          })
        }
        expect(await readdir(manifest.files.path('outputs'))).toEqual(saved)
      })

      it('refuse early what takes longer than there is time for, though its inputs are links', async () => {
        // From its renders the hub has learned how fast its machine is.
        const links = {
          image_url: `${inputs.url}/portrait.png`,
          wav_url: `${inputs.url}/five-minutes.wav`,
          width: 1024,
          height: 1024,
        }
        expect(await manifest.call('handler', links)).toMatchObject({
          error: expect.stringMatching(/about \d+ s.* 30 s.*task queue/),
          code: 'engine_unsupported',
        })
      })

      it('bring back a hub that died, and end the render when Beam ends their process', async () => {
        const hub = await manifest.hubId()
        await endGroup(hub)
        const endless = { ...request, width: 640, height: 640, max_frame: 5000 }
        manifest.begin('queue_handler', endless)
        await expect.poll(() => jobs().catch(() => [])).toMatchObject([{ status: 'running' }])
        expect(await manifest.hubId()).not.toBe(hub)
        manifest.child.kill('SIGKILL')
        await once(manifest.child, 'exit')
        await expect.poll(jobs).toMatchObject([{ status: 'canceled' }])
      })
    })

    it('tell why the hub cannot start', async () => {
      const manifest = await startManifest('app', { INFINITETALK_WORKERS: 'many' })
      expect(await manifest.call('start_hub')).toEqual({ status: 1 })
      const failure = {
        error: expect.stringMatching(/did not start[\s\S]*INFINITETALK_WORKERS/),
        code: 'engine_unavailable',
      }
      expect(await manifest.call('queue_handler', request)).toEqual(failure)
    })
  },
)

interface Inputs {
  readonly url: string
  readonly port: string
  close(): void
}

/** A picture and a long voice, over HTTP. */
async function serveInputs(): Promise<Inputs> {
  const files: Readonly<Record<string, Buffer>> = {
    '/portrait.png': await readFile(join(ROOT, 'examples/portrait.png')),
    '/five-minutes.wav': wavFile({ samples: 300 * 16_000 }),
  }
  const server = createServer((request, reply) => {
    reply.end(files[request.url ?? ''])
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const close = () => void server.close()
  return { url: `http://127.0.0.1:${port}`, port: String(port), close }
}
