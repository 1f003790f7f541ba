// Fault 126: what servers of models do wrong, each done by a real one.
import { readdir, readFile, stat } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { modelEntry, pull, testLibrary } from '../support/model-pull.ts'
import { type ModelServer, type SeenRequest, startModelServer } from '../support/model-server.ts'
import { createTestFolder, type TestFolder } from '../support/test-folder.ts'
import { TestModel } from '../support/test-model.ts'

const FILE = 'a.safetensors'
const MODEL = new TestModel(3_000_017)
const OTHER = new TestModel(3_000_017, 2)

let folder: TestFolder
let server: ModelServer

beforeEach(async () => {
  folder = await createTestFolder()
  server = await startModelServer({ models: { [FILE]: MODEL } })
})
afterEach(() => server[Symbol.asyncDispose]())

const library = (setting: Partial<Parameters<typeof testLibrary>[0]> = {}) =>
  testLibrary({
    folder: folder.path('models'),
    endpoint: server.endpoint,
    models: [modelEntry(FILE)],
    ...setting,
  })

async function expectWhole(model = MODEL): Promise<void> {
  const bytes = await readFile(folder.path(`models/vae/${FILE}`))
  expect(bytes.equals(model.read(0, model.bytes))).toBe(true)
  expect(await readdir(folder.path('models/.partial/vae'))).toEqual([])
}

async function expectNothing(): Promise<void> {
  await expect(stat(folder.path(`models/vae/${FILE}`))).rejects.toThrow('ENOENT')
}

const isBody = ({ host, method }: SeenRequest): boolean => host === 'store' && method === 'GET'
const status = (response: ServerResponse, code: number, headers = {}): true => {
  response.writeHead(code, headers).end()
  return true
}

describe('a pull', () => {
  it('brings the file over many connections, each byte once', async () => {
    const { result, events } = await pull(library())
    await expectWhole()
    expect(result).toEqual({ pulled: 1, present: 0, receivedBytes: MODEL.bytes })
    expect(server.bodyBytes).toBe(MODEL.bytes)
    expect(events.find(({ type }) => type === 'planned')).toMatchObject({ bytes: MODEL.bytes })
    expect(events.at(-1)).toMatchObject({ type: 'pulled', sha256: MODEL.sha256 })
  })

  it('fault 126: takes the whole file from a server that ignores Range', async () => {
    server.intervene = (seen) => {
      delete (seen as { range?: string }).range
      return false
    }
    await pull(library())
    await expectWhole()
  })

  it('fault 126: gives up on a server that ignores Range and always breaks off', async () => {
    server.intervene = (seen, response) => {
      if (!isBody(seen)) return false
      response.writeHead(200, { 'content-length': MODEL.bytes })
      response.write(MODEL.read(0, 1000), () => response.destroy())
      return true
    }
    await expect(pull(library())).rejects.toMatchObject({ code: 'model_download_failed' })
    await expectNothing()
  })

  it('fault 126: begins anew when the content changes in the middle, without mixing the two', async () => {
    let bodies = 0
    server.intervene = (seen) => {
      if (isBody(seen) && ++bodies === 5) server.models = { [FILE]: OTHER }
      return false
    }
    await pull(library())
    await expectWhole(OTHER)
  })

  it('fault 126: begins anew when the file shrinks in the middle (416)', async () => {
    const small = new TestModel(1_000_000)
    let bodies = 0
    server.intervene = (seen) => {
      if (isBody(seen) && ++bodies === 8) server.models = { [FILE]: small }
      return false
    }
    await pull(library())
    await expectWhole(small)
  })

  it('fault 126: goes on where an answer was cut off', async () => {
    let bodies = 0
    server.intervene = (seen, response) => {
      if (!isBody(seen) || seen.range === undefined || ++bodies % 2 === 0) return false
      const [, from, to] = /(\d+)-(\d+)/.exec(seen.range) ?? []
      const [start, end] = [Number(from), Number(to) + 1]
      const contentRange = `bytes ${start}-${end - 1}/${MODEL.bytes}`
      response.writeHead(206, { 'content-length': end - start, 'content-range': contentRange })
      const half = start + Math.ceil((end - start) / 2)
      response.write(MODEL.read(start, half), () => response.destroy())
      return true
    }
    const { result } = await pull(library())
    await expectWhole()
    expect(result.receivedBytes).toBe(MODEL.bytes)
  })

  it('fault 126: publishes no file that is not what it must be, after two attempts', async () => {
    const models = [modelEntry(FILE, { sha256: OTHER.sha256, bytes: OTHER.bytes })]
    server.linked = false
    await expect(pull(library({ models }))).rejects.toMatchObject({ code: 'model_damaged' })
    await expectNothing()
    expect(server.bodyBytes).toBe(2 * MODEL.bytes)
  })

  it('fault 126: asks for no body when the source says that it has another file', async () => {
    const models = [modelEntry(FILE, { sha256: OTHER.sha256 })]
    await expect(pull(library({ models }))).rejects.toMatchObject({ code: 'model_damaged' })
    expect(server.bodyBytes).toBe(0)
  })

  it('fault 126: brings what was wrong once', async () => {
    let bodies = 0
    server.intervene = (seen) => {
      // The hub keeps saying what it must be; the store sends something else at first.
      server.models = { [FILE]: seen.host === 'store' && ++bodies <= 3 ? OTHER : MODEL }
      return false
    }
    await pull(
      library({ policy: { connections: 1, maxPieceBytes: 2_000_000, minPieceBytes: 2_000_000 } }),
    )
    await expectWhole()
  })

  it('fault 126: says which token is missing, or that it is not enough', async () => {
    server.intervene = (seen, response) =>
      seen.host === 'hub' && status(response, 403, { 'x-error-code': 'GatedRepo' })
    await expect(pull(library())).rejects.toMatchObject({
      code: 'model_gated',
      detail: expect.stringMatching(/maker\/models.*403, GatedRepo.*HF_TOKEN is not set/),
    })
    await expect(pull(library({ token: 'hf_secret' }))).rejects.toMatchObject({
      detail: expect.stringMatching(/the token in HF_TOKEN is not enough/),
    })
  })

  it('fault 126: waits as long as 429 asks, and no longer', async () => {
    const refused = new Map<string, number>()
    server.intervene = (seen, response) => {
      if (!isBody(seen) || refused.has('once')) return false
      refused.set('once', performance.now())
      return status(response, 429, { 'retry-after': '1' })
    }
    const { events } = await pull(library())
    const waited = performance.now() - (refused.get('once') ?? 0)
    await expectWhole()
    expect(waited).toBeGreaterThanOrEqual(990)
    expect(events.filter(({ type }) => type === 'waiting')).toMatchObject([{ waitMs: 1000 }])
  })

  it('fault 126: ends at once when a server asks for an hour', async () => {
    server.intervene = (seen, response) =>
      isBody(seen) && status(response, 429, { 'retry-after': '3600' })
    await expect(pull(library())).rejects.toMatchObject({
      code: 'model_download_failed',
      detail: expect.stringContaining('60 min'),
    })
  })

  it('fault 126: gets through a server that fails every second time', async () => {
    let count = 0
    server.intervene = (_seen, response) => ++count % 2 === 1 && status(response, 503)
    await pull(library())
    await expectWhole()
  })

  it('fault 126: gives up on a server that always fails, and keeps what it has', async () => {
    let bodies = 0
    server.intervene = (seen, response) => isBody(seen) && ++bodies > 4 && status(response, 500)
    await expect(pull(library())).rejects.toMatchObject({
      code: 'model_download_failed',
      detail: expect.stringContaining('status 500'),
    })
    const before = server.bodyBytes
    expect(before).toBeGreaterThan(0)
    server.intervene = () => false
    const { result } = await pull(library())
    await expectWhole()
    expect(result.receivedBytes).toBe(MODEL.bytes - before)
  })

  it('fault 126: says that a name cannot be found', async () => {
    const endpoint = 'http://models.invalid'
    await expect(pull(library({ endpoint }))).rejects.toMatchObject({
      code: 'model_download_failed',
      detail: expect.stringContaining('models.invalid'),
    })
  })

  it('fault 126: asks for a new address when the signed one has expired', async () => {
    let valid = 1
    let served = 0
    server.intervene = ({ host, url }, response) => {
      if (host !== 'store') return false
      if (!url.includes(`Signature=${valid}`)) return status(response, 403)
      if (++served % 4 === 0) valid += 1
      return false
    }
    const { result } = await pull(library({ policy: { connections: 1 } }))
    await expectWhole()
    expect(result.receivedBytes).toBe(MODEL.bytes)
    expect(server.requests.filter(({ host }) => host === 'hub').length).toBeGreaterThan(2)
  })

  it('fault 126: gives up on an address that is refused as soon as it is given', async () => {
    server.intervene = ({ host }, response) => host === 'store' && status(response, 403)
    await expect(pull(library())).rejects.toMatchObject({ code: 'model_download_failed' })
  })

  it('fault 126: saves no web page as a model', async () => {
    server.linked = false
    server.intervene = ({ method }, response) => {
      const page = '<!DOCTYPE html><html>Please log in</html>'
      response.writeHead(200, { 'content-length': page.length })
      response.end(method === 'HEAD' ? undefined : page)
      return true
    }
    await expect(pull(library())).rejects.toMatchObject({
      code: 'model_damaged',
      detail: expect.stringContaining('a web page'),
    })
    await expectNothing()
  })

  it('fault 126: notices a server that falls silent', async () => {
    let silent = 0
    server.intervene = (seen, response) => {
      if (!isBody(seen) || ++silent > 2) return false
      const [, from, to] = /(\d+)-(\d+)/.exec(seen.range ?? '') ?? []
      const length = Number(to) - Number(from) + 1
      const contentRange = `bytes ${from}-${to}/${MODEL.bytes}`
      response.writeHead(206, { 'content-length': length, 'content-range': contentRange })
      response.flushHeaders()
      return true
    }
    await pull(library({ policy: { idleTimeoutMs: 300, giveUpAfterMs: 5000 } }))
    await expectWhole()
  })

  it('reads a file that its host serves itself, without a redirect and without a hash', async () => {
    server.linked = false
    await pull(library())
    await expectWhole()
  })

  it('follows no redirect to a place that is neither http nor https', async () => {
    server.intervene = (_seen, response) =>
      status(response, 302, { location: 'file:///etc/passwd' })
    await expect(pull(library())).rejects.toMatchObject({ code: 'model_download_failed' })
  })
})
