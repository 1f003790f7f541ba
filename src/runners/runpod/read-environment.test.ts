import { expect, it } from 'vitest'
import { readEnvironment } from './read-environment.ts'

const BASE = 'https://api.runpod.ai/v2/endpoint1'
const ENV = {
  RUNPOD_WEBHOOK_GET_JOB: `${BASE}/job-take/$ID?gpu=L4`,
  RUNPOD_WEBHOOK_POST_OUTPUT: `${BASE}/job-done/$RUNPOD_POD_ID/$ID?gpu=L4`,
  RUNPOD_WEBHOOK_PING: `${BASE}/ping/$RUNPOD_POD_ID?gpu=L4`,
  RUNPOD_PING_INTERVAL: '4000',
  RUNPOD_AI_API_KEY: 'key',
  RUNPOD_POD_ID: 'pod7',
}

it('the marks in the addresses are filled in, and nothing else is changed', () => {
  const environment = readEnvironment(ENV)
  expect(environment.takeUrl(false)).toBe(`${BASE}/job-take/pod7?gpu=L4&job_in_progress=0`)
  expect(environment.takeUrl(true)).toBe(`${BASE}/job-take/pod7?gpu=L4&job_in_progress=1`)
  expect(environment.stopsUrl).toBe(`${BASE}/job-stop/pod7?gpu=L4`)
  expect(environment.tellUrl('a-u1')).toBe(`${BASE}/job-done/pod7/a-u1?gpu=L4&isStream=false`)
  expect(environment.tellUrl('$&/..')).toContain('/pod7/%24%26%2F..?')
  expect(environment.pingUrl([])).toBe(`${BASE}/ping/pod7?gpu=L4`)
  expect(environment.pingUrl(['a-u1'])).toBe(`${BASE}/ping/pod7?gpu=L4&job_id=a-u1`)
  expect(environment).toMatchObject({ workerId: 'pod7', apiKey: 'key', pingIntervalMs: 4000 })
})

it('addresses of another form are taken as they are', () => {
  const environment = readEnvironment({
    RUNPOD_WEBHOOK_GET_JOB: 'http://host/jobs',
    RUNPOD_WEBHOOK_POST_OUTPUT: 'http://host/done/$ID',
    RUNPOD_PING_INTERVAL: 'often',
  })
  expect(environment.takeUrl(false)).toBe('http://host/jobs?job_in_progress=0')
  expect(environment.tellUrl('a')).toBe('http://host/done/a?isStream=false')
  expect(environment.stopsUrl).toBeNull()
  expect(environment.pingUrl(['a'])).toBeNull()
  expect(environment).toMatchObject({ apiKey: '', pingIntervalMs: 10_000 })
  expect(environment.workerId).toMatch(/^[0-9a-f-]{36}$/)
})

it.each([
  ['RUNPOD_WEBHOOK_GET_JOB', ''],
  ['RUNPOD_WEBHOOK_POST_OUTPUT', undefined],
  ['RUNPOD_WEBHOOK_GET_JOB', 'job-take'],
])('%s = %j is an error that names it', (name, value) => {
  expect(() => readEnvironment({ ...ENV, [name]: value })).toThrow(
    expect.objectContaining({ code: 'config_invalid', detail: expect.stringContaining(name) }),
  )
})
