import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { AppError } from '../../domain/errors.ts'
import { explainEnd } from '../cloud/read-result.ts'
import { createBeamEndpoint } from './beam-endpoint.ts'

/** The outcome of an answer: the ended task, or the error that is thrown. */
async function answeredWith(status: number, body: object): Promise<Partial<AppError>> {
  const server = createServer((request, reply) => {
    request.resume()
    reply.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  }).listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  const gatewayUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const invokeUrl = `${gatewayUrl}/endpoint/talk`
  const options = { gatewayUrl, token: 'secret', name: 'talk', invokeUrl, volume: null }
  const calling = createBeamEndpoint(options).call({}, AbortSignal.timeout(5000))
  return calling.then(
    (task) => explainEnd(task, 'Beam'),
    (thrown: AppError) => thrown,
  )
}

describe('an endpoint of Beam', () => {
  it.each([
    [504, 'job_timeout', 'The render took longer than the 600 s that an endpoint of Beam has.'],
    [502, 'url_unreachable', '"pictures.example" did not answer.'],
    [503, 'model_missing', 'The model wan is not there.'],
    [413, 'input_too_large', 'The request has more than 9 bytes.'],
  ])('is heard when its handler answers HTTP %i with %s', async (status, code, error) => {
    const { code: told, detail } = await answeredWith(status, { error, code })
    expect(told).toBe(code)
    expect(detail).toBe(`The render failed on Beam: ${error}`)
  })

  it.each([
    [502, 'engine_failed', 'The machine of Beam was lost'],
    [504, 'start_deadline_passed', 'Beam had no machine'],
    [503, 'engine_unreachable', 'Beam cannot answer'],
    [429, 'queue_full', 'Too many calls'],
    [401, 'engine_unavailable', 'does not accept the token'],
  ])('tells HTTP %i of its gateway as %s', async (status, code, words) => {
    const { code: told, detail } = await answeredWith(status, {
      error: 'Backend route unavailable',
    })
    expect(told).toBe(code)
    expect(detail).toContain(words)
  })
})
