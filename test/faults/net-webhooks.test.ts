// Faults 42 and 43: a webhook's URL is a user's URL too, and whoever receives it may not send it on.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { NetworkGuard } from '../../src/net/guarded-connector.ts'
import { guardedRequest } from '../../src/net/guarded-request.ts'
import { createUrlPolicy } from '../../src/net/url-policy.ts'
import { type HitCounter, startHttpServer } from '../support/hit-counter.ts'
import { NON_PUBLIC_HOSTS } from './net-non-public-hosts.ts'

let receiver: HitCounter
let received: string[]

beforeAll(async () => {
  received = []
  receiver = await startHttpServer(async (request, response) => {
    received.push(`${request.method} ${request.url} ${await new Response(request).text()}`)
    if (request.url === '/moved') response.writeHead(308, { location: '/elsewhere' }).end()
    else response.writeHead(204).end()
  })
})
afterAll(() => receiver.close())

function post(url: string, allowPrivateAddresses: readonly string[]) {
  const guard: NetworkGuard = {
    policy: createUrlPolicy({ extraPorts: [receiver.port], allowPrivateAddresses }),
    resolve: async () => ['127.0.0.1'],
  }
  return guardedRequest(
    { url, method: 'POST', body: '{"event":1}', signal: AbortSignal.timeout(5000) },
    guard,
  )
}

describe('a webhook', () => {
  it.each(NON_PUBLIC_HOSTS)(
    'fault 42: (as fault %i) to %s is refused: %s',
    async (_fault, _what, host) => {
      const sent = post(`http://${host}:${receiver.port}/`, [])
      await expect(sent).rejects.toMatchObject({ code: 'url_forbidden_address' })
      expect(receiver.connections).toBe(0)
    },
  )

  it('fault 42: to a name that resolves to loopback is refused', async () => {
    const sent = post(`http://media.test:${receiver.port}/`, [])
    await expect(sent).rejects.toMatchObject({ code: 'url_forbidden_address' })
    expect(receiver.connections).toBe(0)
  })

  it('fault 43: that is answered with a redirect is not sent on', async () => {
    const response = await post(receiver.url('/moved'), ['127.0.0.1/32'])
    await response.close()
    expect(response.status).toBe(308)
    expect(received).toEqual(['POST /moved {"event":1}'])
  })
})
