// The commands as a person runs them: the real program, the Dockerfile and the files of this checkout.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { CLIENT_TOKEN } from '../beam/standin/workspace.ts'
import { createSandbox, ROOT, type Sandbox } from '../support/run-infinitetalk.ts'
import { DeploymentGateway } from './standin/deployment-gateway.ts'

let gateway: DeploymentGateway
let sandbox: Sandbox

beforeEach(async () => {
  gateway = await DeploymentGateway.open()
  sandbox = await createSandbox()
})
afterEach(async () => {
  await gateway[Symbol.asyncDispose]()
  await sandbox[Symbol.asyncDispose]()
})

const env = () => ({ BEAM_TOKEN: CLIENT_TOKEN, BEAM_GATEWAY_URL: gateway.url })
const beam = (...words: string[]) => sandbox.run(['beam', ...words], { env: env() })

describe('infinitetalk beam', () => {
  it('deploys in three steps, each of which changes nothing when it is run again', async () => {
    const image = ['--image', 'registry.example/infinitetalk:gpu']
    const steps = [['preload'], ['deploy', 'endpoint'], ['deploy', 'queue']]
    const run = async () => {
      for (const words of steps) {
        expect(await beam(...words, ...image), words.join(' ')).toMatchObject({ code: 0 })
      }
      return [gateway.images.size, gateway.stubs.length, gateway.volumes.size]
    }
    expect(await run()).toEqual([1, 3, 1])
    expect(await run()).toEqual([1, 3, 1])
    expect(gateway.deployments.map(({ name, version }) => `${name} ${version}`)).toEqual([
      'infinitetalk 1',
      'infinitetalk-queue 1',
    ])
    expect(gateway.breaches).toEqual([])
    expect(await sandbox.temporaryFiles()).toEqual([])
  }, 30_000)

  it('has its image built from the files of this program', async () => {
    const { code, stdout, stderr } = await beam('deploy', 'queue')
    expect(code).toBe(0)
    expect(stderr).toMatch(/build context: \d+ files, \d+ kB, sent/)
    expect(stdout).toContain('✅ infinitetalk-queue: version 1 is deployed')
    expect(gateway.bodyOf('/api/v1/gateway/images/build').dockerfile).toMatch(/\nFROM gpu\n$/)
    expect(gateway.breaches).toEqual([])
  })

  it('says what would be made, with a token and without one, and makes nothing', async () => {
    const asked = await beam('deploy', 'queue', '--dry-run')
    expect(asked.stdout).toContain('would be made')
    expect(asked.stdout).toContain('It would be the first version that is active.')
    const alone = await sandbox.run(['beam', 'deploy', 'queue', '--dry-run'])
    expect(alone.stdout).toContain('Nothing was sent')
    expect([asked.code, alone.code]).toEqual([0, 0])
    // The guide shows what is printed.
    const guide = await readFile(join(ROOT, 'docs/guide/beam.md'), 'utf8')
    expect(guide).toContain(asked.stdout.split('\n\n')[0])
    expect(guide).toContain(asked.stdout.split('\n\n')[2]?.trim())
    expect(gateway.changes).toEqual([])
    const lines = `${asked.stdout}${alone.stdout}`.split('\n')
    expect(lines.filter((line) => [...line].length > 80)).toEqual([])
  })

  it('prints the requests for programs', async () => {
    const { code, ...result } = await beam('deploy', 'endpoint', '--dry-run', '--json')
    const events = result.events()
    expect(code).toBe(0)
    expect(events.at(-1)).toMatchObject({ event: 'result', dry_run: true, asked: true })
    expect(events.filter(({ event }) => event === 'request').at(-1)).toMatchObject({
      path: '/api/v1/gateway/stubs/deploy',
      body: { name: 'infinitetalk' },
    })
  })

  it('refuses sets of models that nobody knows before anything is made', async () => {
    const { code, stderr } = await beam('preload', '--set', 'single,mutli')
    expect(stderr).toContain('There is no set of models "mutli". Did you mean "multi"?')
    expect(code).toBe(2)
    expect(gateway.web.asked).toEqual([])
    const own = ['--env', 'INFINITETALK_MODELS_MANIFEST=/models/own.json', '--set', 'own']
    expect(await beam('preload', '--dry-run', ...own)).toMatchObject({ code: 0 })
  })

  it('refuses what Beam would cut short before anything is made', async () => {
    const { code, stderr } = await beam('deploy', 'endpoint', '--timeout', '1800')
    expect(stderr).toContain('longer videos: "beam deploy queue"')
    expect(code).toBe(2)
    expect(gateway.web.asked).toEqual([])
  })

  it.each([['preload'], ['deploy', 'queue'], ['deploy', 'endpoint', '--dry-run']])(
    'exits with 3 when there is no gateway, and with 2 for a wrong token: %s %s %s',
    async (...words) => {
      const wrong = { ...env(), BEAM_TOKEN: 'another-token' }
      const refused = await sandbox.run(['beam', ...words], { env: wrong })
      expect(refused.stderr).toMatch(/check BEAM_TOKEN\.\n {3}unauthenticated: /)
      expect(refused.code).toBe(2)
      await gateway.web.goAway()
      const alone = await beam(...words)
      expect(alone.stderr).toMatch(
        /cannot be reached.*\n {3}server_unreachable: .*BEAM_GATEWAY_URL/,
      )
      expect(alone.code).toBe(3)
    },
    30_000,
  )

  it('stops the task of a preload on Ctrl-C, and says that it is stopped', async () => {
    gateway.faults.taskStays = true
    let wasKilled = false
    const { code, ...result } = await sandbox.run(['beam', 'preload', '--json'], {
      env: env(),
      onOutput: (stdout, kill) => {
        // Once: what is printed afterwards comes here, too.
        if (!wasKilled && stdout.includes('all models are there')) kill('SIGINT')
        wasKilled ||= stdout.includes('all models are there')
      },
    })
    expect(code).toBe(130)
    expect(JSON.stringify(result.events().at(-1))).toContain('is stopped')
    expect(gateway.tasks.map(({ status }) => status)).toEqual(['CANCELLED'])
  })
})
