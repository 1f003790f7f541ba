// Faults 1 to 30: a URL whose host is not public, however it is written, is refused before a packet leaves.
import { isIP } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DEFAULT_LIMITS } from '../../src/domain/limits.ts'
import { createFetcher } from '../../src/net/create-fetcher.ts'
import { type HitCounter, startHttpServer } from '../support/hit-counter.ts'
import { createTestFolder } from '../support/test-folder.ts'
import { NON_PUBLIC_HOSTS } from './net-non-public-hosts.ts'

let canary: HitCounter

beforeAll(async () => {
  canary = await startHttpServer((_request, response) => response.end('secret'))
})
afterAll(() => canary.close())

/** Fetches with every port check out of the way, so that it is the address that is refused. */
function fetchFrom(host: string, answers: readonly string[] = []) {
  const fetcher = createFetcher({
    limits: DEFAULT_LIMITS,
    extraPorts: [canary.port],
    resolve: async () => answers,
  })
  return fetcher.fetchToFile({
    url: `http://${host}:${canary.port}/`,
    toPath: '/nonexistent/never-written',
    maxBytes: 1000,
    signal: AbortSignal.timeout(5000),
  })
}

describe('a host that is not public, in the URL', () => {
  it.each(NON_PUBLIC_HOSTS)('fault %i: %s is refused: %s', async (_fault, _what, host) => {
    await expect(fetchFrom(host)).rejects.toMatchObject({ code: 'url_forbidden_address' })
    expect(canary.connections).toBe(0)
  })
})

describe('a host that is not public, behind a public name', () => {
  const answers = NON_PUBLIC_HOSTS.map(
    ([fault, what, host]) => [fault, what, host.replaceAll(/[[\]]/g, '')] as const,
  ).filter(([, , answer]) => isIP(answer) !== 0)

  it.each(answers)('fault %i: %s is refused: %s', async (_fault, _what, answer) => {
    const fetched = fetchFrom('media.test', [answer])
    await expect(fetched).rejects.toMatchObject({ code: 'url_forbidden_address' })
    await expect(fetched, 'no map of the private network').rejects.not.toThrow(answer)
    expect(canary.connections).toBe(0)
  })
})

describe('the same host, allowed by the configuration', () => {
  it('is reached: the canary was alive all the time', async () => {
    const folder = await createTestFolder()
    const fetcher = createFetcher({
      limits: DEFAULT_LIMITS,
      extraPorts: [canary.port],
      allowPrivateAddresses: ['127.0.0.1/32'],
    })
    const { bytes } = await fetcher.fetchToFile({
      url: `http://2130706433:${canary.port}/`,
      toPath: folder.path('body'),
      maxBytes: 1000,
      signal: AbortSignal.timeout(5000),
    })
    expect(bytes).toBe('secret'.length)
    expect(canary.connections).toBe(1)
  })
})
