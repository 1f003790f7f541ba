import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { putSigned } from './signed-put.ts'

async function openStore(listener: RequestListener): Promise<string> {
  const server = createServer((request, reply) => {
    request.resume()
    listener(request, reply)
  }).listen(0, '127.0.0.1')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const PUT = {
  body: new Blob(['some bytes']),
  what: 'part 9 of 9',
  times: { retryMs: 1 },
  signal: AbortSignal.timeout(10_000),
}

describe('bytes to a signed link', () => {
  it.each([
    [true, 2],
    [false, 1],
  ])(
    'are sent again when it may have aged (%s), and are not when it was new',
    async (firstLinkAges, asked) => {
      const store = await openStore(({ url }, reply) => {
        reply.writeHead(url === '/1' ? 403 : 200, { etag: '"tag"' }).end()
      })
      let links = 0
      const link = async (): Promise<string> => {
        links += 1
        return `${store}/${links}`
      }
      const putting = putSigned({ ...PUT, link, firstLinkAges })
      if (firstLinkAges) expect(await putting).toBe('"tag"')
      else await expect(putting).rejects.toMatchObject({ code: 'deployment_failed' })
      expect(links).toBe(asked)
    },
  )

  it('are refused in bounded words, however much the store says', async () => {
    const store = await openStore((_request, reply) => {
      reply.writeHead(400)
      const more = (): void => {
        while (!reply.destroyed && reply.write('x'.repeat(65_536)));
      }
      reply.on('drain', more)
      more()
    })
    const putting = putSigned({ ...PUT, link: async () => store })
    await expect(putting).rejects.toMatchObject({
      detail: 'The object store of Beam did not take part 9 of 9: HTTP 400.',
    })
  })
})
