// What the stand-in answers, beside what Beam's own client declares that it gets, and beside what is known of beta9 where that client
// asks for nothing: a stand-in that answers as it likes would hold us to nothing.
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { CLIENT_TOKEN, WORKSPACE } from '../beam/standin/workspace.ts'
import { type Fields, type FieldType, fits } from './standin/known-fields.ts'
import { FIXTURE, NEVER, openTrial, specOf } from './trial.ts'

const GATEWAY = '/api/v1/gateway'
const CLIENT = dirname(createRequire(import.meta.url).resolve('@beamcloud/beam-js'))

let answered: readonly { readonly route: string; readonly json: unknown }[]
let built: readonly unknown[]

beforeAll(async () => {
  await using trial = await openTrial({ partsLost: 1 }, { env: { API_KEY: 'value' } })
  const { gateway, deployer, watcher } = trial
  const spec = specOf('queue', { secrets: ['API_KEY'] })
  await trial.deploy(spec)
  await trial.deploy({ ...spec, keepWarmSeconds: 120 }, { stopsOld: true })
  await deployer.preload({ spec: specOf('preload'), watcher, signal: NEVER })
  await deployer.preload({ spec: specOf('preload'), watcher, signal: NEVER })
  const file = join(FIXTURE, 'package.json')
  const upload = { file, target: 'style.safetensors', volume: 'shelf', force: false }
  await deployer.upload({ ...upload, watcher, signal: NEVER })
  await deployer.upload({ ...upload, watcher, signal: NEVER })
  built = await build(gateway.url)
  answered = gateway.answered
})

/** By the interface that the client declares, and where. */
const DECLARED: Readonly<Record<string, readonly [name: string, file: string]>> = {
  [`POST ${GATEWAY}/images/verify-build`]: ['VerifyImageBuildResponse', 'types/image.d.ts'],
  [`POST ${GATEWAY}/objects`]: ['CreateObjectResponse', 'sync.d.ts'],
  [`POST ${GATEWAY}/volumes`]: ['GetOrCreateVolumeResponse', 'types/volume.d.ts'],
  [`POST ${GATEWAY}/stubs`]: ['GetOrCreateStubResponse', 'types/stub.d.ts'],
  [`POST ${GATEWAY}/stubs/deploy`]: ['DeployStubResponse', 'types/stub.d.ts'],
  [`POST ${GATEWAY}/pods`]: ['CreatePodResponse', 'types/pod.d.ts'],
}

describe('the stand-in answers', () => {
  it.each(Object.entries(DECLARED))(
    "as Beam's own client expects it: %s",
    async (route, [name, file]) => {
      const fields = await declared(name, file)
      expect(Object.keys(fields).length).toBeGreaterThan(1)
      expectAll(rowsOf(route), fields)
    },
  )

  it("as Beam's own client expects it: whether an object is there, and where a deployment is called", async () => {
    // Of an object that is not there nothing more is said.
    const {
      objectMetadata: _,
      errorMsg: __,
      ...head
    } = await declared('HeadObjectResponse', 'sync.d.ts')
    expectAll(rowsOf(new RegExp(`^GET ${GATEWAY}/objects/`)), head)
    const url = await declared('GetUrlResponse', 'types/stub.d.ts')
    expectAll(rowsOf(/^GET .*\/url$/), url)
  })

  it("each line of a build as Beam's own client expects it", async () => {
    const fields = await declared('BuildImageResponse', 'types/image.d.ts')
    expect(built.length).toBeGreaterThan(2)
    for (const line of built) {
      expect(Object.keys(line as object)).toEqual(['result'])
      expectAll([(line as { result: unknown }).result], fields)
    }
  })

  /** What beta9's own interface says: outer ids, and names as its database has them. */
  const KNOWN: readonly (readonly [string, string | RegExp, Fields])[] = [
    ['the workspace', 'GET /api/v1/workspace/current', { external_id: 'text' }],
    [
      'deployments',
      `GET /api/v1/deployment/${WORKSPACE}`,
      {
        external_id: 'text',
        name: 'text',
        version: 'whole',
        active: 'flag',
        stub_type: 'text',
        stub: 'object',
      },
    ],
    [
      'a task',
      new RegExp(`^GET /api/v1/task/${WORKSPACE}/`),
      { external_id: 'text', status: 'text' },
    ],
    ['secrets', `GET /secret/${WORKSPACE}`, { name: 'text', updated_at: 'text' }],
    [
      'a file',
      new RegExp(`^GET /volume/${WORKSPACE}/ls/`),
      { path: 'text', size: 'number', is_dir: 'flag' },
    ],
    ['volumes', `GET ${GATEWAY}/volumes`, { ok: 'flag', volumes: 'objects' }],
    [
      'a stop',
      new RegExp(`^POST ${GATEWAY}/deployments/[^/]+/stop$`),
      { ok: 'flag', errMsg: 'text' },
    ],
    [
      'an upload',
      `POST ${GATEWAY}/volumes/multipart-upload`,
      { ok: 'flag', errMsg: 'text', uploadId: 'text', fileUploadParts: 'objects' },
    ],
    [
      'a link',
      `POST ${GATEWAY}/volumes/presigned-url`,
      { ok: 'flag', errMsg: 'text', url: 'text' },
    ],
  ]

  it.each(KNOWN)('as beta9 does: %s', (_, route, fields) => {
    expectAll(rowsOf(route), fields)
  })

  it('numbers of 64 bits as text', () => {
    const [upload] = rowsOf(`POST ${GATEWAY}/volumes/multipart-upload`)
    const { fileUploadParts: parts } = upload as { fileUploadParts: Record<string, unknown>[] }
    expectAll(parts, { number: 'whole', start: 'text', end: 'text', url: 'text' })
  })
})

/** The answers to a route, those of a list one by one, without those that say that something is not there. */
function rowsOf(route: string | RegExp): readonly unknown[] {
  return answered
    .filter((one) => (typeof route === 'string' ? one.route === route : route.test(one.route)))
    .flatMap(({ json }) => json)
    .filter((json) => json !== null && !Object.hasOwn(json as object, 'message'))
}

function expectAll(rows: readonly unknown[], fields: Fields): void {
  expect(rows.length).toBeGreaterThan(0)
  for (const row of rows) {
    for (const [member, type] of Object.entries(fields)) {
      const name = member.replace('?', '')
      if (member !== name && !Object.hasOwn(row as object, name)) continue
      expect(row).toHaveProperty(name)
      const value = (row as Record<string, unknown>)[name]
      expect(fits(type, value), `${name} is a ${type}: ${JSON.stringify(value)}`).toBe(true)
    }
  }
}

const TYPES: Readonly<Record<string, FieldType>> = {
  string: 'text',
  number: 'number',
  boolean: 'flag',
}

/** The members of an interface, as a declaration file has them; `?` for one that may be missing. */
async function declared(name: string, file: string): Promise<Fields> {
  const text = await readFile(join(CLIENT, 'lib', file), 'utf8')
  const [, body = ''] = new RegExp(`interface ${name} \\{([^}]*)\\}`).exec(text) ?? []
  const members = [...body.matchAll(/^\s*(\w+\??): (.*);$/gm)]
  return Object.fromEntries(
    members.map(([, member = '', type = '']) => [member, TYPES[type] ?? 'object']),
  )
}

async function build(url: string): Promise<readonly unknown[]> {
  const answer = await fetch(`${url}${GATEWAY}/images/build`, {
    method: 'POST',
    headers: { authorization: `Bearer ${CLIENT_TOKEN}` },
    body: '{}',
  })
  const lines = (await answer.text()).trim().split('\n')
  return lines.map((line) => JSON.parse(line) as unknown)
}
