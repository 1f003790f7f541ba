// Webhooks over HTTP: the SDK checks what the hub signs, each key has its own secrets and its own log, and existing clients of
// RunPod and Beam get the bodies that they expect.
import { createHmac } from 'node:crypto'
import { createClient, unwrapWebhook } from '@infinitetalk/client'
import { Webhook } from 'standardwebhooks'
import { expect, it, vi } from 'vitest'
import { loadConfig } from '../../src/config/load-config.ts'
import { openKeyTools } from '../../src/main/open-key-tools.ts'
import { json, startTestHub, tinyRequest } from '../support/test-hub.ts'
import { receiverSettings, SECRET, startReceiver } from '../support/webhook-receiver.ts'

it('sends events that the SDK unwraps, and no others', async () => {
  const receiver = await startReceiver()
  await using hub = await startTestHub({ env: receiverSettings(receiver) })
  const jobId = await hub.submit({ webhook: { url: `${receiver.url}?token=hidden` } })
  await receiver.attempts(1)
  const { body, headers, id } = receiver.received[0]!
  const client = createClient({ baseUrl: hub.url })
  const secrets = await client.webhooks.secrets()
  expect(secrets).toEqual([SECRET])
  const unwrapped = await client.webhooks.unwrap(body, headers, secrets)
  expect(unwrapped).toMatchObject({ id, event: { type: 'job.succeeded', data: { id: jobId } } })
  expect(JSON.stringify(unwrapped)).not.toContain('hidden')
  const invalid = { code: 'webhook_invalid' }
  await expect(unwrapWebhook(`${body} `, headers, SECRET)).rejects.toMatchObject(invalid)
  const late = { ...headers, 'webhook-timestamp': '1600000000' }
  await expect(unwrapWebhook(body, late, SECRET)).rejects.toMatchObject(invalid)
  const unsigned = { ...headers, 'webhook-signature': undefined }
  await expect(unwrapWebhook(body, unsigned, SECRET)).rejects.toMatchObject(invalid)
  await expect(unwrapWebhook(body, headers, '')).rejects.toMatchObject({ code: 'invalid_argument' })
  const listed = await client.webhooks.ofJob(jobId)
  expect(listed.data).toMatchObject([{ id, job_id: jobId, url: receiver.url }])
})

it('unwraps what the library of Standard Webhooks signs', async () => {
  const body = JSON.stringify({ type: 'job.failed', timestamp: '2026-11-23T12:00:00Z', data: {} })
  const now = new Date()
  const headers = new Headers({
    'webhook-id': 'msg_1',
    'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
    'webhook-signature': `v1a,other ${new Webhook(SECRET).sign('msg_1', now, body)}`,
  })
  expect(await unwrapWebhook(Buffer.from(body), headers, SECRET)).toMatchObject({
    id: 'msg_1',
    event: { type: 'job.failed' },
  })
})

it('gives each key its own secrets and its own log', async () => {
  const receiver = await startReceiver()
  const admin = '0123456789abcdef'
  const env = { ...receiverSettings(receiver), INFINITETALK_API_KEYS: `admin:${admin}` }
  await using hub = await startTestHub({ env })
  const settings = { ...env, INFINITETALK_DATA_DIR: hub.dataDir }
  await using keys = await openKeyTools(loadConfig({ env: settings }))
  const [one, two] = [
    await keys.create({ name: 'one', isAdmin: false }),
    await keys.create({ name: 'two', isAdmin: false }),
  ]
  const call = (key: string, path: string, init: RequestInit = {}): Promise<Response> =>
    hub.fetch(path, { ...init, headers: { ...init.headers, authorization: `Bearer ${key}` } })
  await vi.waitUntil(async () => (await call(two, '/v1/limits')).ok, { timeout: 60_000 })
  const body = { ...(await tinyRequest()), webhook: { url: receiver.url } }
  await call(one, '/v1/jobs', json(body))
  await receiver.attempts(1)
  const event = receiver.received[0]!
  const secretsOf = async (key: string): Promise<string[]> =>
    ((await (await call(key, '/v1/webhooks/secrets')).json()) as { secrets: string[] }).secrets
  const headers = event.headers as Record<string, string>
  const [ofOne, ofTwo] = [await secretsOf(one), await secretsOf(two)]
  new Webhook(ofOne[0]!).verify(event.body, headers)
  expect(() => new Webhook(ofTwo[0]!).verify(event.body, headers)).toThrow()
  expect(() => new Webhook(SECRET).verify(event.body, headers)).toThrow()
  expect(await secretsOf(admin)).toEqual([SECRET])
  const listed = async (key: string): Promise<unknown[]> =>
    ((await (await call(key, '/v1/deliveries')).json()) as { data: unknown[] }).data
  expect(await listed(two)).toEqual([])
  expect(await listed(one)).toMatchObject([{ id: event.id }])
  expect(await listed(admin)).toMatchObject([{ id: event.id }])
  const again = `/v1/deliveries/${event.id}/redeliver`
  expect((await call(two, again, { method: 'POST' })).status).toBe(404)
  expect((await call(one, again, { method: 'POST' })).status).toBe(202)
  await receiver.attempts(2)
  expect(receiver.received[1]!.id).toBe(event.id)
})

it("sends clients of RunPod their job, clients of Beam their result with Beam's signature, and links that open", async () => {
  const receiver = await startReceiver()
  const key = '0123456789abcdef'
  const env = { ...receiverSettings(receiver), INFINITETALK_API_KEYS: `me:${key}` }
  await using hub = await startTestHub({ env })
  const input = await tinyRequest()
  const post = (path: string, body: object): Promise<Response> =>
    hub.fetch(path, json(body, { authorization: `Bearer ${key}` }))
  const ran = await post('/v2/talk/run', { input, webhook: receiver.url })
  const { id } = (await ran.json()) as { id: string }
  await receiver.attempts(1)
  expect(JSON.parse(receiver.received[0]!.body)).toMatchObject({
    id,
    status: 'COMPLETED',
    output: { filename: `${id}.mp4` },
  })
  const queued = await post('/taskqueue/talk', { ...input, callback_url: receiver.url })
  const { task_id: taskId } = (await queued.json()) as { task_id: string }
  await receiver.attempts(2)
  const { body, headers } = receiver.received[1]!
  expect(JSON.parse(body)).toMatchObject({ data: { status: 'success' } })
  const timestamp = String(headers['x-task-timestamp'])
  const text = `${Buffer.from(body).toString('base64')}:${timestamp}`
  expect(headers).toMatchObject({
    'x-task-id': taskId,
    'x-task-status': 'COMPLETE',
    'x-task-signature': createHmac('sha256', SECRET).update(text).digest('hex'),
  })
  new Webhook(SECRET).verify(body, headers as Record<string, string>)
  await post('/v1/jobs', { ...input, webhook: { url: receiver.url } })
  await receiver.attempts(3)
  const [ofRunpod, ofBeam, standard] = receiver.received.map((event) => JSON.parse(event.body))
  const links: readonly string[] = [
    ofRunpod.output.video_url,
    ofBeam.data.video_url,
    standard.data.output.video.url,
    standard.data.urls.stream,
  ]
  for (const link of links) {
    expect(link).toMatch(new RegExp(`^${hub.url}/v1/jobs/job_`))
    // Opens without a key; an old link, as one of a log, with it.
    expect([401, 403]).not.toContain((await fetch(link)).status)
    const old = link.replace(/expires=\d+/, 'expires=1')
    expect((await fetch(old)).status).toBe(403)
    const headers = { authorization: `Bearer ${key}` }
    expect([401, 403]).not.toContain((await fetch(old, { headers })).status)
    const wrong = { authorization: 'Bearer fedcba9876543210' }
    expect((await fetch(old, { headers: wrong })).status).toBe(401)
  }
  expect((await fetch(links[0]!)).status).toBe(200)
})
