// Fault 45: a proxy in the environment would resolve and open the URL somewhere else, after our checks. In a process of its
// own, because Node reads these variables when it starts.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { startHttpServer, startRawServer } from '../support/hit-counter.ts'
import { createTestFolder } from '../support/test-folder.ts'

const PROGRAM = `
  import { createFetcher } from ${JSON.stringify(import.meta.resolve('../../src/net/create-fetcher.ts'))}
  import { DEFAULT_LIMITS } from ${JSON.stringify(import.meta.resolve('../../src/domain/limits.ts'))}
  const [url, toPath, how] = process.argv.slice(1)
  if (how === 'plain') await fetch(url).catch(() => {})
  else await createFetcher({
    limits: DEFAULT_LIMITS,
    extraPorts: [Number(new URL(url).port)],
    allowPrivateAddresses: ['127.0.0.1/32'],
  }).fetchToFile({ url, toPath, maxBytes: 1000, signal: AbortSignal.timeout(5000) })
`

it('fault 45: a proxy of the environment is never asked', async () => {
  const folder = await createTestFolder()
  const proxy = await startRawServer((socket) => socket.end('HTTP/1.1 502 No\r\n\r\n'))
  const server = await startHttpServer((_request, response) => response.end('hello'))
  const proxyVariables = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'http_proxy', 'all_proxy']
  const env = {
    ...process.env,
    NODE_USE_ENV_PROXY: '1',
    NO_PROXY: '',
    no_proxy: '',
    ...Object.fromEntries(proxyVariables.map((name) => [name, proxy.url()])),
  }
  const run = (how: string) => {
    const program = ['--input-type=module', '--eval', PROGRAM]
    const args = [...program, server.url(), folder.path('body'), how]
    return promisify(execFile)(process.execPath, args, { env })
  }
  try {
    await run('guarded')
    expect({ proxy: proxy.connections, server: server.connections }).toEqual({
      proxy: 0,
      server: 1,
    })
    expect(await folder.names()).toEqual(['body'])
    await run('plain')
    expect(proxy.connections, 'what a plain fetch does').toBe(1)
  } finally {
    await proxy.close()
    await server.close()
  }
})
