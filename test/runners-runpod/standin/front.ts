// RunPod as its callers see it, in front of the stand-in for its workers: what is run is taken by a worker, and what that tells is the
// status.
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'
import type { JobService } from './job-service.ts'

/** @returns the value of RUNPOD_URL; the endpoint is `endpoint1`. It is gone after the test. */
export async function openFront(service: JobService): Promise<string> {
  const statusOf = (id: string): object => {
    const [end] = service.ends(id)
    const known = { id, workerId: 'worker7' }
    if (service.canceled.has(id)) return { ...known, status: 'CANCELLED' }
    const output = service.progress(id).at(-1)?.body.output
    if (end === undefined) return { ...known, status: 'IN_PROGRESS', output }
    const status = end.body.error === undefined ? 'COMPLETED' : 'FAILED'
    return { ...known, status, ...end.body }
  }
  const server = createServer(async (request, response) => {
    const [, route, id = ''] = /^\/v2\/endpoint1\/(\w+)(?:\/(.+))?$/.exec(request.url ?? '') ?? []
    const answer = (body: object) => void response.end(JSON.stringify(body))
    switch (route) {
      case 'run': {
        const { input } = (await json(request)) as { readonly input: unknown }
        return answer({ id: service.submit(input), status: 'IN_QUEUE' })
      }
      case 'status':
        return answer(statusOf(id))
      case 'cancel':
        service.cancel(id)
        return answer({ id, status: 'CANCELLED' })
      default:
        return answer({})
    }
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v2`
}
