// One call and what can happen to it: every answer becomes a result or a typed error, and is tried again exactly where that
// is safe.
import type { ServerResponse } from 'node:http'
import { describe, expect, it } from 'vitest'
import * as sdk from '../../packages/client/src/index.ts'
import { JOB_ID, sampleJob } from './samples.ts'
import { closedPort, createScriptedHub, cut, sendJson, sendProblem } from './scripted-hub.ts'

const JOB_LINE = `GET /v1/jobs/${JOB_ID}`

async function failure(call: Promise<unknown>): Promise<sdk.InfiniteTalkError> {
  const error = await call.then(
    () => null,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(sdk.InfiniteTalkError)
  return error as sdk.InfiniteTalkError
}

describe('an answer that is no', () => {
  it.each([
    [400, sdk.BadRequestError],
    [401, sdk.AuthenticationError],
    [403, sdk.AuthenticationError],
    [404, sdk.NotFoundError],
    [409, sdk.ConflictError],
    [410, sdk.NotFoundError],
    [413, sdk.UnprocessableEntityError],
    [418, sdk.ApiError],
    [422, sdk.UnprocessableEntityError],
    [429, sdk.RateLimitError],
    [500, sdk.ServerError],
    [507, sdk.ServerError],
  ])('%i is its own error, with the words of the hub', async (status, Class) => {
    const { client } = await createScriptedHub((_, response) =>
      sendProblem(response, status, { code: 'some_code' }, { 'x-request-id': 'req_1' }),
    )
    const error = await failure(client.jobs.get(JOB_ID))
    expect(error).toBeInstanceOf(Class)
    expect(error.constructor.name).toBe(error.name)
    expect(error.message).toBe('It is so.')
    const facts = { status, code: 'some_code', requestId: 'req_1', retryable: false }
    expect(error).toMatchObject({ ...facts, problem: { hint: 'Do it.' } })
  })

  it('does not quote the page of a proxy', async () => {
    const { client } = await createScriptedHub((_, response) => {
      response.writeHead(502).end('<html>Bad gateway</html>')
    })
    const error = await failure(client.jobs.get(JOB_ID))
    expect(error).toBeInstanceOf(sdk.ServerError)
    expect(error).toMatchObject({ status: 502, code: null, problem: null, retryable: true })
    expect(error.message).not.toContain('<')
  })

  it('is told apart from something that is no hub at all', async () => {
    const { client } = await createScriptedHub((_, response) => {
      response.end('<html>Welcome</html>')
    })
    expect(await failure(client.limits())).toMatchObject({ code: 'unexpected_answer', status: 200 })
  })
})

describe('a call is made again', () => {
  it.each([
    ['the hub is away for a moment', (response: ServerResponse) => response.writeHead(503).end()],
    ['the connection is reset', cut],
    [
      'the answer is cut off',
      (response: ServerResponse) => {
        response.writeHead(200, { 'content-length': '500' }).write('{"id":', () => cut(response))
      },
    ],
  ])('when %s', async (_, fail) => {
    const hub = await createScriptedHub((_request, response, earlier) => {
      if (earlier < 2) fail(response)
      else sendJson(response, sampleJob())
    })
    expect((await hub.client.jobs.get(JOB_ID)).id).toBe(JOB_ID)
    expect(hub.to(JOB_LINE)).toHaveLength(3)
  })

  it('with the same Idempotency-Key, so that a lost answer does not make two jobs', async () => {
    const hub = await createScriptedHub((_, response, earlier) => {
      if (earlier === 0) cut(response)
      else sendJson(response, sampleJob(), 202)
    })
    await hub.client.jobs.create({ prompt: 'hello' })
    await hub.client.jobs.create({ prompt: 'hello' })
    const keys = hub.to('POST /v1/jobs').map(({ headers }) => headers['idempotency-key'])
    expect(keys[0]).toMatch(/^[0-9a-f]{32}$/)
    expect(keys[1]).toBe(keys[0])
    expect(keys[2]).not.toBe(keys[0])
  })

  it('not before the time that Retry-After asks for', async () => {
    const hub = await createScriptedHub((_, response, earlier) => {
      if (earlier === 0) sendProblem(response, 429, { retryable: true }, { 'retry-after': '1' })
      else sendJson(response, sampleJob(), 202)
    })
    const startedAtMs = performance.now()
    await hub.client.jobs.create({})
    expect(performance.now() - startedAtMs).toBeGreaterThanOrEqual(999)
    expect(hub.requests).toHaveLength(2)
  })

  it('never for longer than anyone would wait: a Retry-After of an hour is told to the caller', async () => {
    const hub = await createScriptedHub((_, response) =>
      sendProblem(
        response,
        429,
        { code: 'queue_full', retryable: true },
        { 'retry-after': '3600' },
      ),
    )
    const error = await failure(hub.client.jobs.create({}))
    expect(error).toMatchObject({ code: 'queue_full', retryable: true, retryAfterMs: 3_600_000 })
    expect(hub.requests).toHaveLength(1)
  })

  it('only so often', async () => {
    const hub = await createScriptedHub((_, response) => cut(response), { maxRetries: 2 })
    const error = await failure(hub.client.jobs.get(JOB_ID))
    expect(error).toBeInstanceOf(sdk.ConnectionError)
    expect(error).toMatchObject({ status: null, code: 'server_unreachable', retryable: true })
    expect(hub.requests).toHaveLength(3)
  })

  it('for a deletion whose answer was lost, and then there is nothing more to delete', async () => {
    const hub = await createScriptedHub((_, response, earlier) => {
      if (earlier === 0) cut(response)
      else sendProblem(response, 404, { code: 'job_not_found' })
    })
    await hub.client.jobs.delete(JOB_ID)
    expect(await failure(hub.client.jobs.delete(JOB_ID))).toBeInstanceOf(sdk.NotFoundError)
  })

  it('for a cancellation whose answer was lost: the job is canceled', async () => {
    const hub = await createScriptedHub(({ line }, response, earlier) => {
      if (line === JOB_LINE) sendJson(response, sampleJob({ status: 'canceled' }))
      else if (earlier === 0) cut(response)
      else sendProblem(response, 409, { code: 'job_finished' })
    })
    expect((await hub.client.jobs.cancel(JOB_ID)).status).toBe('canceled')
  })
})

describe('a call ends', () => {
  it('with a TimeoutError when the hub gives no sign of life', async () => {
    const hub = await createScriptedHub(() => {}, { timeoutMs: 50, maxRetries: 0 })
    const error = await failure(hub.client.jobs.get(JOB_ID))
    expect(error).toBeInstanceOf(sdk.TimeoutError)
    expect(error).toMatchObject({ code: 'timeout', retryable: true })
  })

  it('at once when the caller aborts it, with the reason, and hangs up', async () => {
    const controller = new AbortController()
    const hungUp = Promise.withResolvers<void>()
    const hub = await createScriptedHub((_, response) => {
      response.on('close', () => hungUp.resolve())
      controller.abort('enough')
    })
    const error = await failure(hub.client.jobs.get(JOB_ID, { signal: controller.signal }))
    expect(error).toBeInstanceOf(sdk.AbortedError)
    expect(error).toMatchObject({ code: 'aborted', retryable: false, cause: 'enough' })
    await hungUp.promise
    expect(hub.requests).toHaveLength(1)
  })

  it('without having begun when the caller has aborted it before', async () => {
    const hub = await createScriptedHub((_, response) => sendJson(response, {}))
    const error = await failure(hub.client.limits({ signal: AbortSignal.abort() }))
    expect(error).toBeInstanceOf(sdk.AbortedError)
    expect(hub.requests).toEqual([])
  })

  it('when nobody listens, saying who', async () => {
    const baseUrl = await closedPort()
    const error = await failure(sdk.createClient({ baseUrl, maxRetries: 0 }).limits())
    expect(error).toBeInstanceOf(sdk.ConnectionError)
    expect(error.message).toBe(`${baseUrl} cannot be reached (ECONNREFUSED).`)
  })
})

describe('a client', () => {
  it('presents its token, and works below a path', async () => {
    const hub = await createScriptedHub((_, response) => sendJson(response, sampleJob()))
    const client = sdk.createClient({ baseUrl: `${hub.url}/hub/`, token: 'secret' })
    await client.jobs.get(JOB_ID, { waitSeconds: 2 })
    expect(hub.requests[0]).toMatchObject({
      line: `GET /hub/v1/jobs/${JOB_ID}?wait=2`,
      headers: { authorization: 'Bearer secret' },
    })
  })

  it.each([
    [{ baseUrl: 'localhost:8787' }, 'not an http'],
    [{ baseUrl: '/v1' }, 'not an http'],
    [{ baseUrl: 'http://me:secret@hub' }, 'must not hold credentials'],
    [{ baseUrl: 'http://hub', token: 'a\nb' }, 'token'],
    [{ baseUrl: 'http://hub', timeoutMs: 0 }, 'timeoutMs'],
    [{ baseUrl: 'http://hub', maxRetries: -1 }, 'maxRetries'],
  ])('refuses %j', (options, message) => {
    expect(() => sdk.createClient(options)).toThrow(message)
  })

  it('goes through a list page by page', async () => {
    const hub = await createScriptedHub(({ line }, response) => {
      const last = line.includes('cursor=')
      const data = [sampleJob({ attempt: last ? 2 : 1 })]
      sendJson(response, {
        object: 'list',
        data,
        has_more: !last,
        next_cursor: last ? null : 'a/b',
      })
    })
    const attempts: number[] = []
    for await (const job of hub.client.jobs.listAll({ status: 'queued', limit: 1 })) {
      attempts.push(job.attempt)
    }
    expect(attempts).toEqual([1, 2])
    expect(hub.requests.map(({ line }) => line)).toEqual([
      'GET /v1/jobs?status=queued&limit=1',
      'GET /v1/jobs?status=queued&limit=1&cursor=a%2Fb',
    ])
  })
})
