// Every request that a deployment sends, word for word.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { expectGolden } from './golden-file.ts'
import type { RecordedRequest } from './standin/deployment-gateway.ts'
import { FIXTURE, failureOf, NEVER, openTrial, specOf } from './trial.ts'

describe('what is sent to Beam', () => {
  it('is for an endpoint what its golden file says', async () => {
    await using trial = await openTrial()
    await trial.deploy(specOf('endpoint'))
    expectGolden('deploy-endpoint', trial.gateway.recorded)
  })

  it('is for a queue with everything set what its golden file says', async () => {
    await using trial = await openTrial(
      {},
      { env: { API_KEY: 'value-of-the-key', NGC_API_KEY: 'ngc' } },
    )
    await trial.deploy(
      specOf('queue', {
        name: 'talk',
        cpuCores: 3.5,
        memoryMib: 32 * 1024,
        gpu: 'A10G',
        gpuCount: 2,
        keepWarmSeconds: 30,
        timeoutSeconds: 7200,
        retries: 2,
        ttlSeconds: 600,
        maxContainers: 3,
        maxPendingTasks: 7,
        volume: 'shelf',
        mountPath: '/shelf',
        secrets: ['API_KEY'],
        env: { INFINITETALK_LIMIT_SECONDS: '60', EMPTY: '', EQUALS: 'a=b' },
        callbackUrl: 'https://me.example/done',
        image: {
          from: 'registry',
          uri: 'registry.example/infinitetalk:gpu',
          credentialNames: ['NGC_API_KEY'],
        },
      }),
    )
    expectGolden('deploy-queue-all-set', trial.gateway.recorded)
  })

  it('is for a queue what its golden file says', async () => {
    await using trial = await openTrial()
    await trial.deploy(specOf('queue'))
    expectGolden('deploy-queue', trial.gateway.recorded)
  })

  it('is for a preload what its golden file says, less its looks at the task', async () => {
    await using trial = await openTrial()
    const { watcher, gateway } = trial
    await trial.deployer.preload({ spec: specOf('preload'), watcher, signal: NEVER })
    const looks = /^\/api\/v1\/(task\/[^/?]+\/|logs\/)/
    const requests = gateway.recorded.filter(({ path }) => !looks.test(path))
    expectGolden('preload', requests)
  })

  it('is for a file in parts what its golden file says', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'infinitetalk-test-'))
    await using trial = await openTrial()
    const file = join(folder, 'style.safetensors')
    await writeFile(file, 'x'.repeat(2500))
    const target = 'loras/style.safetensors'
    const { watcher, gateway } = trial
    const request = { file, target, volume: 'shelf', force: false, watcher, signal: NEVER }
    await trial.deployer.upload(request)
    await rm(folder, { recursive: true })
    expectGolden('upload', gateway.recorded)
  })

  it('is for new values of secrets, with old versions stopped, what its golden file says', async () => {
    await using trial = await openTrial({}, { env: { API_KEY: 'another-value' } })
    const { gateway } = trial
    gateway.secrets.set('API_KEY', { value: 'value-at-beam', changes: 1 })
    const spec = specOf('queue', { secrets: ['API_KEY'] })
    await trial.deploy(spec)
    const { length } = gateway.recorded
    await trial.deploy({ ...spec, updatesSecrets: true }, { stopsOld: true })
    expectGolden('deploy-again', gateway.recorded.slice(length))
  })

  it('is for a file that the store does not take what its golden file says', async () => {
    await using trial = await openTrial({ putsRefused: 99 })
    const { watcher, gateway } = trial
    const file = join(FIXTURE, 'package.json')
    const request = { file, target: 'own.json', volume: 'shelf', force: true }
    await failureOf(trial.deployer.upload({ ...request, watcher, signal: NEVER }))
    expectGolden('upload-given-up', gateway.recorded)
  })

  it('is to stop a preload what its golden file says', async () => {
    await using trial = await openTrial({ taskStays: true })
    const { watcher, gateway } = trial
    const controller = new AbortController()
    const spec = specOf('preload')
    const failure = failureOf(trial.deployer.preload({ spec, watcher, signal: controller.signal }))
    while (gateway.tasks[0]?.status !== 'RUNNING') await new Promise(setImmediate)
    controller.abort()
    await failure
    const stops = gateway.recorded.filter(({ path }) => path.endsWith('/stop'))
    expectGolden('preload-stopped', stops)
  })

  it.each(['endpoint', 'queue', 'preload'] as const)(
    'is for a %s what a dry run printed before',
    async (kind) => {
      await using trial = await openTrial({}, { env: { API_KEY: 'value-of-the-key' } })
      const spec = specOf(kind, { secrets: ['API_KEY'] })
      const { requests } = await trial.deployer.plan(spec, NEVER)
      expect(trial.gateway.changes).toEqual([])
      const { watcher } = trial
      if (kind === 'preload') await trial.deployer.preload({ spec, watcher, signal: NEVER })
      else await trial.deploy(spec)
      expect(trial.gateway.changes.map(withoutIds)).toEqual(requests.map(withoutIds))
    },
  )

  it.each([
    { force: false, keepWarmSeconds: 120 },
    { force: true, keepWarmSeconds: 60 },
    { force: false, keepWarmSeconds: 60 },
  ])('is what a dry run printed before, when old versions are stopped: %o', async (given) => {
    const { force, keepWarmSeconds } = given
    await using trial = await openTrial({}, { env: { API_KEY: 'value-of-the-key' } })
    await trial.deploy(specOf('queue', { keepWarmSeconds: 30 }))
    await trial.deploy(specOf('queue'))
    const already = trial.gateway.changes.length
    const spec = specOf('queue', { keepWarmSeconds })
    const options = { force, stopsOld: true }
    const plan = await trial.deployer.plan(spec, NEVER, options)
    const made = await trial.deploy(spec, options)
    const sent = trial.gateway.changes.slice(already)
    const planned = plan.requests.filter(({ state }) => state !== 'present')
    expect(sent.map(withoutIds)).toEqual(planned.map(withoutIds))
    expect(made.stoppedVersions).toEqual(plan.stoppedVersions)
    expect(plan.stoppedVersions.length).toBeGreaterThan(0)
  })
})

/** What can be known only after it was made, and what a dry run must not show. */
function withoutIds({ method, path, body }: RecordedRequest) {
  const text = JSON.stringify(body)
    .replace(/"(image_id|id|stub_id|build_ctx_object)":"[^"]*"/g, '"$1":"?"')
    .replace(/#(<digest>|[0-9a-f]{12})/, '#?')
    .replace(/"value":"[^"]*"/, '"value":"***"')
  return { method, path, body: JSON.parse(text) as unknown }
}
