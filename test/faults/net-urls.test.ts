// Faults 36 to 41: what the text of a URL alone tells. Refused at submit time already, without any network.

import type { ErrorCode } from '@infinitetalk/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkUrl } from '../../src/net/check-url.ts'
import { createUrlPolicy } from '../../src/net/url-policy.ts'
import { type HitCounter, startHttpServer } from '../support/hit-counter.ts'
import { createLocalFetch } from './net-local-fetch.ts'

let canary: HitCounter

beforeAll(async () => {
  canary = await startHttpServer((_request, response) => response.end('secret'))
})
afterAll(() => canary.close())

/** PORT stands for the canary's port and is allowed, so that each URL is refused for what its row says alone. */
const REFUSED: readonly (readonly [fault: number, code: ErrorCode, url: string])[] = [
  [36, 'url_invalid', '//127.0.0.1:PORT/'],
  [36, 'url_forbidden_scheme', 'file:///etc/passwd'],
  [36, 'url_forbidden_scheme', 'FILE:///etc/passwd'],
  [36, 'url_forbidden_scheme', 'ftp://127.0.0.1:PORT/'],
  [36, 'url_forbidden_scheme', 'data:text/plain,hello'],
  [36, 'url_forbidden_scheme', 'gopher://127.0.0.1:PORT/_GET'],
  [36, 'url_forbidden_scheme', 'http+unix://%2Fvar%2Frun%2Fdocker.sock/info'],
  [36, 'url_forbidden_scheme', 'ws://127.0.0.1:PORT/'],
  [36, 'url_forbidden_scheme', 'blob:http://127.0.0.1:PORT/1'],
  [36, 'url_invalid', '/etc/passwd'],
  [36, 'url_invalid', ''],
  [37, 'url_forbidden_credentials', 'http://user:pass@127.0.0.1:PORT/'],
  [37, 'url_forbidden_credentials', 'http://user@127.0.0.1:PORT/'],
  [37, 'url_forbidden_credentials', 'http://example.com%40:x@127.0.0.1:PORT/'],
  [38, 'url_forbidden_port', 'http://127.0.0.1:22/'],
  [38, 'url_forbidden_port', 'http://127.0.0.1:25/'],
  [38, 'url_forbidden_port', 'http://127.0.0.1:6379/'],
  [38, 'url_forbidden_port', 'http://127.0.0.1:8188/'],
  [38, 'url_forbidden_port', 'https://example.com:8443/'],
  [38, 'url_forbidden_port', 'http://example.com:0/'],
  [39, 'url_invalid', 'http://127.0.0.1:PORT/\r\nHost: evil'],
  [39, 'url_invalid', 'http://127.0.0.1:PORT\r\nHost: evil/'],
  [39, 'url_invalid', 'http://127.0.0.1%0d%0aHost:evil:PORT/'],
  [39, 'url_invalid', 'http://127.0.0.1:PORT/?a=%0D%0ASet-Cookie:b'],
  [40, 'url_invalid', 'http://127.0.0.1:PORT/%00'],
  [40, 'url_invalid', 'http://127.0.0.1%00.example.com:PORT/'],
  [40, 'url_invalid', 'http://127.0.\t0.1:PORT/'],
  [40, 'url_invalid', 'ht\ntp://127.0.0.1:PORT/'],
  [40, 'url_invalid', 'http://127.0.0.1:PORT/a\n'],
  [40, 'url_invalid', '\u0000http://127.0.0.1:PORT/'],
  [40, 'url_invalid', 'http://127.0.0.1:PORT/\u2028'],
  [40, 'url_invalid', `http://127.0.0.1:PORT/${'a'.repeat(9000)}`],
]

describe('a URL', () => {
  it.each(REFUSED)('fault %i: is refused, %s: %j', async (_fault, code, template) => {
    const url = template.replace('PORT', String(canary.port))
    const { fetch, folder } = await createLocalFetch({ servers: [canary] })
    await expect(fetch(url)).rejects.toMatchObject({ code })
    const policy = createUrlPolicy({
      extraPorts: [canary.port],
      allowPrivateAddresses: ['127.0.0.1/32'],
    })
    expect(() => checkUrl(url, policy), 'at submit time').toThrow(code)
    expect(canary.connections).toBe(0)
    expect(await folder.names()).toEqual([])
  })

  it('fault 41: of this server itself is refused, on any port, in any spelling', async () => {
    const { fetch } = await createLocalFetch({
      servers: [canary],
      ownUrl: `https://hub.test:${canary.port}/`,
    })
    for (const host of ['hub.test', 'HUB.test', 'hub.test.', 'ｈub.test']) {
      for (const url of [`http://${host}:${canary.port}/`, `https://${host}/v1/jobs`]) {
        await expect(fetch(url)).rejects.toMatchObject({ code: 'url_forbidden_address' })
      }
    }
    expect(canary.connections).toBe(0)
  })

  it('that is public passes the check of its form, and loses nothing', () => {
    const signed = 'https://bucket.example.com/a%20b.wav?X-Amz-Signature=0a%2Fb&x=1'
    expect(checkUrl(signed, createUrlPolicy()).href).toBe(signed)
  })
})
