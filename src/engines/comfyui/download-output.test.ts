import { readFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { describe, expect, it, onTestFinished } from 'vitest'
import { startHttpServer } from '../../../test/support/hit-counter.ts'
import { createTestFolder } from '../../../test/support/test-folder.ts'
import { parseComfyAddress } from './comfy-address.ts'
import { downloadOutput } from './download-output.ts'

const VIDEO = Buffer.from(Array.from({ length: 300_000 }, (_, index) => index % 251))
const FILE = {
  nodeId: '131',
  filename: 'a b&c.mp4',
  subfolder: 'x/y',
  type: 'temp',
} as const

type Answer = (request: IncomingMessage, response: ServerResponse) => void

/** Each answer is given once, the last one again and again. */
async function download(answers: readonly Answer[], maxBytes = 1_000_000) {
  const ranges: (string | undefined)[] = []
  const server = await startHttpServer((request, response) => {
    const answer = answers[Math.min(ranges.length, answers.length - 1)]!
    ranges.push(request.headers.range)
    answer(request, response)
  })
  onTestFinished(() => server.close())
  const folder = await createTestFolder()
  const toPath = folder.path('video.mp4')
  const { bytes } = await downloadOutput(parseComfyAddress(server.url()), {
    file: FILE,
    toPath,
    maxBytes,
    signal: AbortSignal.timeout(10_000),
    times: { idleMs: 200, retryMs: 1 },
  })
  return { bytes, ranges, content: await readFile(toPath) }
}

/** As ComfyUI answers, ranges included. */
function whole(etag = '"1"'): Answer {
  return ({ headers }, response) => {
    const from = Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0)
    const isPart = headers.range !== undefined && headers['if-range'] === etag
    const body = isPart ? VIDEO.subarray(from) : VIDEO
    response.writeHead(isPart ? 206 : 200, {
      etag,
      'content-length': body.length,
      ...(isPart ? { 'content-range': `bytes ${from}-${VIDEO.length - 1}/${VIDEO.length}` } : {}),
    })
    response.end(body)
  }
}

function cutAt(bytes: number): Answer {
  return (_, response) => {
    response.writeHead(200, { etag: '"1"', 'content-length': VIDEO.length })
    response.write(VIDEO.subarray(0, bytes), () => setImmediate(() => response.destroy()))
  }
}

const hang: Answer = (_, response) => {
  response.writeHead(200, { etag: '"1"', 'content-length': VIDEO.length })
  response.write(VIDEO.subarray(0, 1000))
}

const status =
  (code: number, type = 'text/plain'): Answer =>
  (_, response) =>
    void response.writeHead(code, { 'content-type': type }).end('x')

describe('a download', () => {
  it('names the file as ComfyUI does, and is the file', async () => {
    let url = ''
    const { bytes, content } = await download([
      (request, response) => {
        url = request.url ?? ''
        whole()(request, response)
      },
    ])
    expect(url).toBe('/view?filename=a+b%26c.mp4&subfolder=x%2Fy&type=temp')
    expect(bytes).toBe(VIDEO.length)
    expect(content.equals(VIDEO)).toBe(true)
  })

  it.each([
    ['broke', cutAt(120_000)],
    ['fell silent', hang],
  ])('that %s goes on where it was', async (_, first) => {
    const { content, ranges } = await download([first, whole()])
    expect(ranges[0]).toBeUndefined()
    expect(ranges[1]).toMatch(/^bytes=[1-9]\d*-$/)
    expect(content.equals(VIDEO)).toBe(true)
  })

  it('of a file that changed in between begins anew', async () => {
    const { content, ranges } = await download([cutAt(120_000), whole('"2"')])
    expect(ranges).toHaveLength(2)
    expect(content.equals(VIDEO)).toBe(true)
  })

  it('that breaks again and again is given up', async () => {
    await expect(download([cutAt(0)])).rejects.toMatchObject({ code: 'engine_unreachable' })
  })

  it.each([
    [404, 'text/plain', 'output_missing'],
    [200, 'text/html', 'engine_unreachable'],
    [401, 'text/plain', 'engine_unreachable'],
    [400, 'text/plain', 'engine_failed'],
  ])('answered with %d %s is %s', async (code, type, expected) => {
    await expect(download([status(code, type)])).rejects.toMatchObject({ code: expected })
  })

  it('larger than allowed ends at the limit', async () => {
    await expect(download([whole()], 1000)).rejects.toMatchObject({ code: 'output_invalid' })
  })
})
