// Faults 87 and 127 to 130: the folder of the models, the disk, two pulls at once, a pull with nothing to do, the token.
import {
  lstat,
  mkdir,
  readFile,
  readlink,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { parseModelManifest } from '@infinitetalk/contract'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { modelEntry, pull, testLibrary } from '../support/model-pull.ts'
import { type ModelServer, startModelServer } from '../support/model-server.ts'
import { createTestFolder, type TestFolder } from '../support/test-folder.ts'
import { TestModel } from '../support/test-model.ts'

const FILE = 'a.safetensors'
const MODEL = new TestModel(1_000_017)
const OTHER = new TestModel(1_000_017, 2)
const ALL = { sets: ['all'], names: [] }

let folder: TestFolder
let server: ModelServer

beforeEach(async () => {
  folder = await createTestFolder()
  server = await startModelServer({ models: { [FILE]: MODEL } })
  await mkdir(folder.path('models'))
  await mkdir(folder.path('elsewhere'))
})
afterEach(() => server[Symbol.asyncDispose]())

const library = (setting: Partial<Parameters<typeof testLibrary>[0]> = {}) =>
  testLibrary({
    folder: folder.path('models'),
    endpoint: server.endpoint,
    models: [modelEntry(FILE)],
    ...setting,
  })
const target = (): string => folder.path(`models/vae/${FILE}`)
const state = async (): Promise<string | undefined> => (await library().list(ALL))[0]?.state

describe('an entry of a list of models', () => {
  const entry = { ...modelEntry(FILE) }
  const parse = (changes: object) =>
    parseModelManifest({ version: 1, models: [{ ...entry, ...changes }] }).ok

  it('is accepted when it is plain', () => expect(parse({})).toBe(true))

  it.each([
    '../vae',
    'vae/../..',
    '/etc',
    'vae//x',
    'vae/',
    '.partial',
    'vae\\..\\..',
    '~/vae',
    'C:\\models',
    'vae\0',
    '..',
    '.',
    '',
    'a/%2e%2e/b',
    'vae\n',
  ])('fault 87: may not have the folder %j', (name) => expect(parse({ folder: name })).toBe(false))

  it.each(['../a.safetensors', 'a/b.safetensors', '..', '.hidden', 'a\0.safetensors', 'a\\b', ''])(
    'fault 87: may not have the file name %j',
    (name) => expect(parse({ file: name })).toBe(false),
  )

  it.each(['../../secret', '/x', 'a/../b'])('fault 87: may not have the path %j', (path) =>
    expect(parse({ source: { repo: 'a/b', path } })).toBe(false),
  )
})

describe('the models folder', () => {
  it('fault 87: is not left through a folder that is a link', async () => {
    await symlink(folder.path('elsewhere'), folder.path('models/vae'))
    await expect(pull(library())).rejects.toMatchObject({ code: 'path_forbidden' })
    await expect(stat(folder.path(`elsewhere/${FILE}`))).rejects.toThrow('ENOENT')
    expect(server.bodyBytes).toBe(0)
  })

  it('fault 87: keeps a link that leads nowhere, and says so', async () => {
    await mkdir(folder.path('models/vae'))
    await symlink(folder.path('gone'), target())
    const pulled = pull(library(), { force: true })
    await expect(pulled).rejects.toMatchObject({
      code: 'model_in_the_way',
      detail: expect.stringContaining('a link that leads nowhere'),
    })
    await expect(library().remove(FILE)).rejects.toMatchObject({ code: 'model_in_the_way' })
    expect(await readlink(target())).toBe(folder.path('gone'))
  })

  it('fault 87: never deletes a folder in the place of a model', async () => {
    await mkdir(target(), { recursive: true })
    await writeFile(`${target()}/mine`, 'mine')
    await expect(pull(library(), { force: true })).rejects.toMatchObject({
      code: 'model_in_the_way',
    })
    await expect(library().remove(FILE)).rejects.toMatchObject({ code: 'model_in_the_way' })
    expect(await readFile(`${target()}/mine`, 'utf8')).toBe('mine')
  })

  it('fault 87: uses a link to the right file, and never replaces one', async () => {
    await mkdir(folder.path('models/vae'))
    await writeFile(folder.path('elsewhere/file'), MODEL.read(0, MODEL.bytes))
    await symlink(folder.path('elsewhere/file'), target())
    expect((await pull(library())).result).toMatchObject({ present: 1, receivedBytes: 0 })
    await writeFile(folder.path('elsewhere/file'), 'something else')
    await expect(pull(library(), { force: true })).rejects.toMatchObject({
      code: 'model_in_the_way',
    })
    expect((await lstat(target())).isSymbolicLink()).toBe(true)
    expect(await readFile(folder.path('elsewhere/file'), 'utf8')).toBe('something else')
  })

  it('keeps a file of someone else with another content, unless it is told to replace it', async () => {
    await mkdir(folder.path('models/vae'))
    await writeFile(target(), 'mine')
    await expect(pull(library())).rejects.toMatchObject({ code: 'model_in_the_way' })
    expect(await readFile(target(), 'utf8')).toBe('mine')
    await pull(library(), { force: true })
    expect(await state()).toBe('present')
  })

  it('takes over a file that is right, without a body', async () => {
    await mkdir(folder.path('models/vae'))
    await writeFile(target(), MODEL.read(0, MODEL.bytes))
    expect(await state()).toBe('unverified')
    expect((await pull(library())).result).toMatchObject({ present: 1, receivedBytes: 0 })
    expect(server.bodyBytes).toBe(0)
    expect(await state()).toBe('present')
  })

  it('pins what it learnt: another content of the same name is refused until the model is removed', async () => {
    await pull(library())
    const { models } = JSON.parse(await readFile(folder.path('models/models.lock.json'), 'utf8'))
    expect(models[`vae/${FILE}`]).toMatchObject({ sha256: MODEL.sha256, trusted: 'source' })
    server.models = { [FILE]: OTHER }
    await writeFile(target(), 'damaged')
    await expect(pull(library(), { force: false })).rejects.toMatchObject({
      code: 'model_in_the_way',
    })
    await library().remove(FILE)
    await pull(library())
    expect(await state()).toBe('present')
  })

  it('knows a file as stale when the list names another content, and replaces it', async () => {
    await pull(library())
    const models = [modelEntry(FILE, { sha256: OTHER.sha256 })]
    expect((await library({ models }).list(ALL))[0]?.state).toBe('stale')
    server.models = { [FILE]: OTHER }
    await pull(library({ models }))
    expect((await library({ models }).list(ALL))[0]?.state).toBe('present')
  })
})

describe('a pull', () => {
  it('fault 127: says before the first byte that the disk is too small', async () => {
    // The hub announces more than any disk has.
    server.intervene = ({ host }, response) => {
      if (host !== 'hub') return false
      response.writeHead(302, { location: server.storeUrl, 'x-linked-size': '900000000000000' })
      response.end()
      return true
    }
    await expect(pull(library())).rejects.toMatchObject({
      code: 'disk_full',
      detail: expect.stringMatching(/need 900000\.0 GB more.* has [\d.]+ GB free/),
    })
    expect(server.bodyBytes).toBe(0)
  })

  it('fault 128: leaves the folder to the one that came first', async () => {
    const second = Promise.withResolvers<unknown>()
    server.intervene = () => {
      server.intervene = () => false
      second.resolve(pull(library()).catch((error: unknown) => error))
      return second.promise.then(() => false)
    }
    await pull(library())
    expect(await second.promise).toMatchObject({ code: 'models_busy' })
    expect((await pull(library())).result).toMatchObject({ present: 1 })
  })

  it('fault 129: asks nobody for anything when all is there', async () => {
    await pull(library())
    const asked = server.requests.length
    const { result } = await pull(library())
    expect(result).toEqual({ pulled: 0, present: 1, receivedBytes: 0 })
    expect(server.requests.length).toBe(asked)
  })

  it('fault 129: rehashes with verify --deep, and sees a bit that fell over', async () => {
    await pull(library())
    const verify = (deep: boolean) =>
      library().verify({
        choice: ALL,
        deep,
        signal: AbortSignal.timeout(10_000),
        onProgress: () => {},
      })
    expect((await verify(true))[0]?.state).toBe('present')
    const { atime, mtime } = await stat(target())
    const bytes = await readFile(target())
    bytes[500_000]! ^= 1
    await writeFile(target(), bytes)
    await utimes(target(), atime, mtime)
    expect((await verify(true))[0]).toMatchObject({ state: 'damaged' })
  })

  it('fault 130: shows the token to the hub only, never to the store', async () => {
    const { events } = await pull(library({ token: 'hf_very_secret' }))
    const { requests } = server
    const shown = (host: string) => requests.filter((seen) => seen.host === host)
    expect(shown('hub').map(({ authorization }) => authorization)).toEqual([
      'Bearer hf_very_secret',
    ])
    expect(shown('store').length).toBeGreaterThan(0)
    expect(shown('store').filter(({ authorization }) => authorization !== undefined)).toEqual([])
    expect(JSON.stringify(events)).not.toContain('secret')
  })

  it('fault 130: shows the token to no other host that a list of models names', async () => {
    const models = [modelEntry(FILE, { source: { url: `${server.storeUrl}${FILE}` } })]
    await pull(library({ models, token: 'hf_very_secret' }))
    expect(server.requests.filter(({ authorization }) => authorization !== undefined)).toEqual([])
  })

  it('fault 130: has neither the token nor a signature in an error, the lock or the journal', async () => {
    server.intervene = ({ host }, response) => {
      if (host === 'hub') return false
      response.writeHead(500).end()
      return true
    }
    const error: unknown = await pull(library({ token: 'hf_very_secret' })).catch((e: unknown) => e)
    const journal = await readFile(
      folder.path(`models/.partial/vae/${FILE}.part.journal`),
      'latin1',
    )
    const seen = `${JSON.stringify(error)} ${String(error)} ${journal}`
    expect(seen).not.toMatch(/secret|Signature/)
    server.intervene = () => false
    await pull(library({ token: 'hf_very_secret' }))
    const lock = await readFile(folder.path('models/models.lock.json'), 'utf8')
    expect(lock).not.toMatch(/secret|Signature/)
  })

  it('goes on with a file that a canceled one began', async () => {
    const cancel = new AbortController()
    server.onBody = (bytes) => bytes > MODEL.bytes / 2 && cancel.abort()
    await expect(pull(library(), { signal: cancel.signal })).rejects.toMatchObject({
      name: 'AbortError',
    })
    expect(await state()).toBe('partial')
    server.onBody = () => {}
    await pull(library())
    expect(await state()).toBe('present')
    expect(server.bodyBytes).toBeLessThan(MODEL.bytes * 1.9)
  })

  it('brings the others when one fails', async () => {
    server.models = { [FILE]: MODEL, 'b.safetensors': OTHER }
    const models = ['a', 'gone', 'b'].map((name) => modelEntry(`${name}.safetensors`))
    await expect(pull(library({ models }))).rejects.toMatchObject({
      code: 'model_download_failed',
      detail: expect.stringContaining('404, EntryNotFound'),
    })
    const states = (await library({ models }).list(ALL)).map((status) => status.state)
    expect(states).toEqual(['present', 'missing', 'present'])
  })
})
