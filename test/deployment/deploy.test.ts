// Deploying again, changing something, and everything that can go wrong on the way: what is told, and what is left at Beam.
import { describe, expect, it } from 'vitest'
import { WORKSPACE } from '../beam/standin/workspace.ts'
import { failureOf, NEVER, openTrial, specOf } from './trial.ts'

const STUBS = '/api/v1/gateway/stubs'
const DEPLOY = '/api/v1/gateway/stubs/deploy'
const BUILD = '/api/v1/gateway/images/build'

describe('a deployment', () => {
  it('that is made again with nothing changed changes nothing at Beam', async () => {
    await using trial = await openTrial()
    const first = await trial.deploy(specOf('queue'))
    const { length } = trial.gateway.changes
    const second = await trial.deploy(specOf('queue'))
    expect(first).toMatchObject({ version: 1, isNew: true, olderVersions: [] })
    expect(second).toEqual({ ...first, isNew: false })
    expect(trial.gateway.changes.length).toBe(length)
  })

  it('is never public', async () => {
    await using trial = await openTrial()
    await trial.deploy(specOf('queue'))
    await trial.deploy(specOf('endpoint'))
    const { watcher } = trial
    await trial.deployer.preload({ spec: specOf('preload'), watcher, signal: NEVER })
    expect(trial.gateway.stubs.map(({ body }) => body.authorized)).toEqual([true, true, true])
  })

  it('with something changed is another version of the same image, and the old one stays', async () => {
    await using trial = await openTrial()
    await trial.deploy(specOf('queue'))
    const changed = await trial.deploy(specOf('queue', { keepWarmSeconds: 120 }))
    expect(changed).toMatchObject({ version: 2, isNew: true, olderVersions: [1] })
    expect(trial.gateway.web.count(/images\/build$/)).toBe(1)
    expect(trial.gateway.volumes.size).toBe(1)
  })

  it('stops the versions before it when that is asked for, also when nothing has changed', async () => {
    await using trial = await openTrial()
    await trial.deploy(specOf('queue'))
    await trial.deploy(specOf('queue', { keepWarmSeconds: 120 }))
    const spec = specOf('queue', { keepWarmSeconds: 120 })
    const again = await trial.deploy(spec, { stopsOld: true })
    expect(again).toMatchObject({
      version: 2,
      isNew: false,
      olderVersions: [],
      stoppedVersions: [1],
    })
    expect(trial.gateway.deployments.map(({ active }) => active)).toEqual([false, true])
  })

  it('that went back to an older configuration is a new version: the newest is the one that is called', async () => {
    await using trial = await openTrial()
    await trial.deploy(specOf('queue'))
    await trial.deploy(specOf('queue', { keepWarmSeconds: 120 }))
    expect(await trial.deploy(specOf('queue'))).toMatchObject({ version: 3, isNew: true })
  })

  it('is made anew without a change when that is asked for', async () => {
    await using trial = await openTrial()
    await trial.deploy(specOf('queue'))
    expect(await trial.deploy(specOf('queue'), { force: true })).toMatchObject({ version: 2 })
  })

  it.each([
    '/api/v1/workspace/current',
    `/secret/${WORKSPACE}`,
    `/api/v1/deployment/${WORKSPACE}`,
    '/api/v1/gateway/volumes',
    '/api/v1/gateway/images/verify-build',
    STUBS,
    DEPLOY,
  ])(
    'that broke off for want of an answer goes on in the next run and makes nothing twice: %s',
    async (path) => {
      const env = { API_KEY: 'value-of-the-key' }
      await using trial = await openTrial({ answersLost: { [path]: 1 } }, { env })
      const { gateway } = trial
      const spec = specOf('queue', { secrets: ['API_KEY'] })
      await failureOf(trial.deploy(spec))
      expect(await trial.deploy(spec)).toMatchObject({ version: 1, isNew: path !== DEPLOY })
      const made = [gateway.volumes, gateway.objects, gateway.images, gateway.secrets]
      expect(made.map(({ size }) => size)).toEqual([1, 1, 1, 1])
      expect([gateway.stubs.length, gateway.deployments.length]).toEqual([1, 1])
      expect(gateway.secrets.get('API_KEY')?.changes).toBe(1)
    },
  )
})

describe('what Beam refuses', () => {
  it('comes in its own words, with HTTP 200 as with any other status', async () => {
    await using trial = await openTrial()
    const failure = await failureOf(trial.deploy(specOf('queue', { memoryMib: 128 * 1024 })))
    expect(failure.code).toBe('deployment_refused')
    expect(failure.detail).toBe(
      'Beam refused the configuration of "infinitetalk-queue": Memory must be 64GiB or less.',
    )
    expect(trial.gateway.deployments).toEqual([])
  })

  it.each([
    STUBS,
    DEPLOY,
    '/api/v1/gateway/volumes',
    '/api/v1/gateway/objects',
    `/api/v1/deployment/${WORKSPACE}`,
    `/secret/${WORKSPACE}`,
  ])('is told wherever it is: %s', async (path) => {
    const env = { API_KEY: 'value-of-the-key' }
    const refusals = { [path]: 'The workspace is suspended' }
    await using trial = await openTrial({ refusals }, { env })
    const failure = await failureOf(trial.deploy(specOf('queue', { secrets: ['API_KEY'] })))
    expect(failure.code).toBe('deployment_refused')
    expect(failure.detail).toContain(': The workspace is suspended.')
  })

  it('for a wrong token is said to be the token', async () => {
    await using trial = await openTrial({}, { token: 'another-token' })
    const failure = await failureOf(trial.deploy(specOf('queue')))
    expect(failure.code).toBe('unauthenticated')
    expect(failure.detail).toContain('check BEAM_TOKEN')
  })

  it('without a token is nothing at all: nobody is asked', async () => {
    await using trial = await openTrial({}, { token: null })
    const failure = await failureOf(trial.deploy(specOf('queue')))
    expect(failure.code).toBe('config_invalid')
    expect(await trial.deployer.plan(specOf('queue'), NEVER)).toMatchObject({ wasAsked: false })
    expect(trial.gateway.web.asked).toEqual([])
  })

  it('is known to be refused before an image is built, when a secret is missing', async () => {
    await using trial = await openTrial()
    const failure = await failureOf(trial.deploy(specOf('queue', { secrets: ['API_KEY'] })))
    expect(failure.detail).toBe(
      'Beam has no secret API_KEY, and no variable of that name is set here to make it of.',
    )
    expect(trial.gateway.changes).toEqual([])
  })
})

describe('a secret', () => {
  const spec = specOf('queue', { secrets: ['API_KEY'] })

  it('is made of the variable here, and its value is in no other request', async () => {
    await using trial = await openTrial({}, { env: { API_KEY: 'value-of-the-key' } })
    await trial.deploy(spec)
    expect(trial.gateway.secrets.get('API_KEY')).toEqual({ value: 'value-of-the-key', changes: 1 })
    const holders = trial.gateway.recorded.filter((one) => JSON.stringify(one).includes('value-of'))
    expect(holders.map(({ path }) => path)).toEqual([expect.stringMatching(/^\/secret\/[^/]+$/)])
    expect(await trial.deploy(spec)).toMatchObject({ isNew: false })
  })

  it('that is there keeps its value unless that is asked for, and then makes another version', async () => {
    await using trial = await openTrial({}, { env: { API_KEY: 'another-value' } })
    trial.gateway.secrets.set('API_KEY', { value: 'value-at-beam', changes: 1 })
    await trial.deploy(spec)
    expect(trial.gateway.secrets.get('API_KEY')?.value).toBe('value-at-beam')
    const updated = await trial.deploy({ ...spec, updatesSecrets: true })
    expect(trial.gateway.secrets.get('API_KEY')?.value).toBe('another-value')
    expect(updated.version).toBe(2)
  })

  it('that may be missing is used when it is there', async () => {
    await using trial = await openTrial()
    const { watcher } = trial
    await trial.deployer.preload({ spec: specOf('preload'), watcher, signal: NEVER })
    trial.gateway.secrets.set('HF_TOKEN', { value: 'hf', changes: 1 })
    await trial.deployer.preload({ spec: specOf('preload'), watcher, signal: NEVER })
    expect(trial.gateway.stubs.map(({ body }) => body.secrets)).toEqual([
      [],
      [{ name: 'HF_TOKEN' }],
    ])
  })
})

describe('a build', () => {
  it.each([1, 3, 64])('is read whole when it comes in pieces of %d bytes', async (pieceBytes) => {
    await using trial = await openTrial({ pieceBytes })
    await trial.deploy(specOf('queue'))
    expect(trial.said.output).toEqual([
      'Unpacking the context ✓',
      'Step 1/9: FROM node:24',
      'Built',
    ])
  })

  it('that fails is told with its last words, and nothing is deployed', async () => {
    await using trial = await openTrial({ buildFails: 'exit code 100: no space left on device' })
    const failure = await failureOf(trial.deploy(specOf('queue')))
    expect(failure.code).toBe('deployment_failed')
    expect(failure.detail).toBe(
      'Beam could not build the image: exit code 100: no space left on device.',
    )
    expect(trial.gateway.stubs).toEqual([])
  })

  it('whose connection breaks is asked for again, and used when it went on', async () => {
    await using trial = await openTrial({ buildsLost: 1, lostBuildsGoOn: true })
    expect(await trial.deploy(specOf('queue'))).toMatchObject({ version: 1 })
    expect(trial.gateway.web.count(/images\/build$/)).toBe(1)
    expect(trial.said.warnings).toHaveLength(1)
  })

  it('whose connection breaks and that did not go on is begun again', async () => {
    await using trial = await openTrial({ buildsLost: 2 })
    expect(await trial.deploy(specOf('queue'))).toMatchObject({ version: 1 })
    expect(trial.gateway.web.count(/images\/build$/)).toBe(3)
  })

  it('that breaks every time is given up', async () => {
    await using trial = await openTrial({ buildsLost: 9 })
    expect((await failureOf(trial.deploy(specOf('queue')))).code).toBe('server_unreachable')
    expect(trial.gateway.web.count(/images\/build$/)).toBe(3)
  })

  it('that does not end is ended by its deadline', async () => {
    const build = { buildMs: 150, retryMs: 1 }
    await using trial = await openTrial({ buildHangs: true }, { times: { build } })
    const failure = await failureOf(trial.deploy(specOf('queue')))
    expect(failure).toMatchObject({ code: 'deployment_failed' })
  })

  it('is left at once by whoever interrupts', async () => {
    await using trial = await openTrial({ buildHangs: true })
    const controller = new AbortController()
    const work = trial.deploy(specOf('queue'), { signal: controller.signal })
    const failure = failureOf(work)
    while (trial.said.output.length < 2) await new Promise(setImmediate)
    controller.abort()
    expect((await failure).code).toBe('canceled')
  })

  it('is not made for an image that is there, nor is its context sent again', async () => {
    await using trial = await openTrial()
    await trial.deploy(specOf('queue'))
    await trial.deploy(specOf('endpoint'))
    expect(trial.gateway.changes.filter(({ path }) => path === BUILD)).toHaveLength(1)
    expect(trial.gateway.objects.size).toBe(1)
    const plan = await trial.deployer.plan(specOf('endpoint'), NEVER)
    expect(plan).toMatchObject({ unchangedVersion: 1 })
    expect(plan.requests.every(({ state }) => state === 'present')).toBe(true)
  })

  it('has no context that the object store refused, and says so in the words of the store', async () => {
    await using trial = await openTrial({ putsRefused: 99 })
    const failure = await failureOf(trial.deploy(specOf('queue')))
    expect(failure.code).toBe('deployment_failed')
    expect(failure.detail).toBe(
      'The object store of Beam did not take the build context: HTTP 403, Request has expired.',
    )
    expect(trial.gateway.web.count(/images/)).toBe(0)
  })

  it('takes from a private registry what the variables open, shown to nobody', async () => {
    const image = {
      from: 'registry',
      uri: 'registry.example/private:gpu',
      credentialNames: ['DOCKERHUB_USERNAME', 'DOCKERHUB_PASSWORD'],
    } as const
    const env = { DOCKERHUB_USERNAME: 'me', DOCKERHUB_PASSWORD: 'pass-of-me' }
    await using trial = await openTrial({}, { env })
    const plan = await trial.deployer.plan(specOf('queue', { image }), NEVER)
    expect(JSON.stringify(plan)).not.toContain('pass-of-me')
    await trial.deploy(specOf('queue', { image }))
    expect(trial.gateway.bodyOf(BUILD)).toMatchObject({ existing_image_creds: env })
  })
})
