// Our requests beside those of Beam's own client: the same names and the same types, and every difference has its reason here. It is
// an oracle for the payloads only: what it lacks (queues, endpoints, uploads) and gets wrong is why we have a client of our own.
import { spawn } from 'node:child_process'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CLIENT_TOKEN, WORKSPACE } from '../beam/standin/workspace.ts'
import { DeploymentGateway } from './standin/deployment-gateway.ts'
import { FIXTURE, NEVER, openTrial, specOf, type Trial } from './trial.ts'

const STUBS = '/api/v1/gateway/stubs'
type Json = Readonly<Record<string, unknown>>

let theirs: DeploymentGateway
let ours: Trial

beforeAll(async () => {
  theirs = await DeploymentGateway.open()
  theirs.secrets.set('API_KEY', { value: 'value', changes: 1 })
  const said = await runTheirs(theirs.url)
  expect(theirs.deployments, said).toHaveLength(1)
  ours = await openTrial({}, { env: { API_KEY: 'value' } })
  const { watcher } = ours
  await ours.deploy(specOf('queue', { secrets: ['API_KEY'] }))
  await ours.deployer.preload({ spec: specOf('preload'), watcher, signal: NEVER })
}, 60_000)

afterAll(async () => {
  await theirs[Symbol.asyncDispose]()
  await ours[Symbol.asyncDispose]()
})

/** Each with why it is right that we differ. */
const DIFFERENCES: Readonly<Record<string, readonly string[]>> = {
  [STUBS]: [
    // It takes a callbackUrl and never sends it.
    'callback_url: only ours',
    // The container's way in, which its class for pods does not have.
    'handler: only ours',
    'on_start: only ours',
  ],
  '/api/v1/gateway/stubs/deploy': [],
  // It writes this one member as JavaScript does, which the gateway takes as well.
  '/api/v1/gateway/pods': ['stubId: only theirs', 'stub_id: only ours'],
  '/api/v1/gateway/objects': ['objectMetadata: only theirs', 'object_metadata: only ours'],
  // The path in the container is no property of a volume, and no member of this request: the gateway ignores it.
  '/api/v1/gateway/volumes': ['mount_path: only theirs'],
  // Steps that install Python packages: it never sends them, and ours is empty.
  '/api/v1/gateway/images/verify-build': ['build_steps: only ours'],
  '/api/v1/gateway/images/build': ['build_steps: only ours'],
}

describe("beside the requests of Beam's own client, ours", () => {
  it.each(Object.entries(DIFFERENCES))('to %s differ as listed', (path, expected) => {
    expect(differences(theirs.bodyOf(path), ours.gateway.bodyOf(path))).toEqual(expected)
  })

  it('have the same members within members', () => {
    const [their, our] = [theirs.bodyOf(STUBS), ours.gateway.bodyOf(STUBS)]
    for (const name of ['autoscaler', 'task_policy']) {
      expect(differences(their[name] as Json, our[name] as Json), name).toEqual([])
    }
    for (const name of ['volumes', 'secrets']) {
      const [[one], [other]] = [their[name] as Json[], our[name] as Json[]]
      expect(differences(one ?? {}, other ?? {}), name).toEqual([])
    }
  })

  it('mean the same container', () => {
    const [their, our] = [theirs.bodyOf(STUBS), ours.gateway.bodyOf(STUBS)]
    for (const name of ['cpu', 'memory', 'gpu', 'gpu_count', 'keep_warm_seconds', 'app_name']) {
      expect(our[name], name).toEqual(their[name])
    }
    expect(our.env).toEqual(expect.arrayContaining(their.env as string[]))
  })

  it('are not public, where theirs are although they were told not to be', () => {
    expect(theirs.bodyOf(STUBS).authorized).toBe(false)
    expect(ours.gateway.bodyOf(STUBS).authorized).toBe(true)
  })

  it('make no second configuration of the same content, where theirs always do', () => {
    expect(theirs.bodyOf(STUBS).force_create).toBe(true)
    expect(ours.gateway.bodyOf(STUBS).force_create).toBe(false)
  })

  it('and theirs are all known to the stand-in, but for three members', () => {
    expect([...new Set(theirs.breaches)].sort()).toEqual([
      '/api/v1/gateway/objects: nobody knows "objectMetadata"',
      '/api/v1/gateway/pods: nobody knows "stubId"',
      '/api/v1/gateway/volumes: nobody knows "mount_path"',
    ])
  })
})

/** Members that only one has, and those of another type. */
function differences(their: Json, our: Json): string[] {
  const names = [...new Set([...Object.keys(their), ...Object.keys(our)])].sort()
  return names.flatMap((name) => {
    if (!(name in our)) return [`${name}: only theirs`]
    if (!(name in their)) return [`${name}: only ours`]
    const types = [typeOf(their[name]), typeOf(our[name])]
    return types[0] === types[1] ? [] : [`${name}: ${types[0]} theirs, ${types[1]} ours`]
  })
}

const typeOf = (value: unknown): string => (Array.isArray(value) ? 'list' : typeof value)

/** @returns all that it printed */
async function runTheirs(url: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'infinitetalk-test-'))
  try {
    // It writes a file of its own into the folder.
    await cp(FIXTURE, folder, { recursive: true })
    const script = join(import.meta.dirname, 'oracle/deploy-with-beam-js.ts')
    const child = spawn(process.execPath, [script, url, CLIENT_TOKEN, WORKSPACE], {
      cwd: folder,
      env: { PATH: process.env.PATH, TMPDIR: folder, HOME: folder },
    })
    let said = ''
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString()
    })
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString()
    })
    await new Promise((done) => child.on('close', done))
    return said
  } finally {
    await rm(folder, { recursive: true })
  }
}
