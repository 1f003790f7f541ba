import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { openGateway } from './gateway.ts'
import { buildImage, recipeOf } from './image.ts'

it('a build that is refused is told as refused, and not begun again, though the answer is no JSON', async () => {
  let builds = 0
  const server = createServer((request, reply) => {
    request.resume()
    builds += 1
    reply.writeHead(400).end('{"message": "half an answ')
  }).listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  const gateway = openGateway(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, 'token')
  const building = buildImage(gateway, {
    recipe: recipeOf({ from: 'checkout', stage: 'hub' }, 'FROM scratch', 'context'),
    credentials: {},
    watcher: { onStep() {}, onStart() {}, onOutput() {}, onBytes() {}, onWarning() {} },
    signal: AbortSignal.timeout(10_000),
    times: { buildMs: 5000, retryMs: 1 },
  })
  await expect(building).rejects.toMatchObject({ code: 'engine_failed' })
  expect(builds).toBe(1)
})
