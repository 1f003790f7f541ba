// The Comfy API v2 as it is specified: each refusal is told as what it is, no render is sent twice, and no key goes to a signed link.
import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { AppError } from '../../../src/domain/errors.ts'
import { BackendPool } from '../../../src/engines/comfyui/backend-pool.ts'
import { parseComfyAddress } from '../../../src/engines/comfyui/comfy-address.ts'
import { theirIdOf } from '../../../src/engines/comfyui/prompt-id.ts'
import { createServiceBackend } from '../../../src/engines/comfyui/service/service-backend.ts'
import { describeWith } from '../../support/requires.ts'
import { comfyRender } from '../comfy-render.ts'
import { type Behaviour, KEY, startSpecifiedServer } from './specified-server.ts'

async function service(behaviour: Behaviour = {}, { key = KEY, patienceMs = 60_000 } = {}) {
  const server = await startSpecifiedServer(behaviour)
  const address = parseComfyAddress(server.url, { authorization: `Bearer ${key}` }, 'The Comfy API')
  const backend = createServiceBackend({ address, patienceMs })
  const comfy = await comfyRender({
    request: { preset: 'draft' },
    engine: { pool: new BackendPool([backend]) },
  })
  return { server, backend, comfy, render: comfy.render }
}

const submissions = (operations: readonly string[]): number =>
  operations.filter((operation) => operation === 'POST /api/v2/jobs').length

describeWith(
  ['ffmpeg', 'ffprobe'],
  'apt-get install ffmpeg',
  'a service of the Comfy API v2',
  () => {
    it('renders, keeps the id of the job, and gives its key to nobody else', async () => {
      const { server, render, comfy } = await service({ expiredLinks: 2 })
      const { path } = await render({ found: null })
      expect((await readFile(path)).length).toBeGreaterThan(0)
      expect(submissions(server.operations)).toBe(1)
      expect(server.violations).toEqual([])
      expect(server.leakedKeys).toBe(0)
      const [sent, answered] = comfy.kept.map(({ prompts }) => prompts?.[0]?.id ?? '')
      expect(theirIdOf(sent!)).toBeNull()
      expect(theirIdOf(answered!)).not.toBeNull()
      expect(server.operations.filter((one) => one === 'POST /api/v2/assets')).toHaveLength(2)
      expect(server.operations.filter((one) => one === 'DELETE /api/v2/assets/{id}')).toHaveLength(
        2,
      )
    })

    it.each([
      { status: 402, said: 'insufficient_credits', code: 'engine_credits_spent' },
      { status: 429, said: 'queue_full', code: 'engine_busy' },
      { status: 429, said: 'deployment_not_ready', code: 'engine_deployment_not_ready' },
      { status: 422, said: 'deployment_stopped', code: 'engine_deployment_stopped' },
    ])('tells $said as $code', async ({ status, said, code }) => {
      const refusals = [{ status, code: said }]
      const { server, render } = await service({ refusals }, { patienceMs: 0 })
      await expect(render()).rejects.toMatchObject({ code })
      expect(submissions(server.operations)).toBe(1)
      expect(server.violations).toEqual([])
    })

    it('waits for a deployment that starts, with the same key', async () => {
      const refusals = [
        { status: 429, code: 'deployment_not_ready', retryAfter: 0 },
        { status: 429, code: 'queue_full', retryAfter: 0 },
      ]
      const { server, render } = await service({ refusals })
      await render()
      expect(server.keys).toHaveLength(3)
      expect(new Set(server.keys).size).toBe(1)
    })

    it('tells a render that expired, and a key that is not accepted', async () => {
      const expired = await service({ states: ['running', 'expired'] })
      await expect(expired.render()).rejects.toMatchObject({ code: 'engine_job_expired' })
      const refused = await service({}, { key: 'another' })
      await expect(refused.render()).rejects.toMatchObject({ code: 'engine_unavailable' })
      expect(await refused.backend.health()).toContain('COMFY_API_KEY')
    })

    it('finds a submission whose answer was lost, and never repeats one that it cannot look up', async () => {
      const listed = await service({ lostAnswers: 1, listsJobs: true })
      await listed.render({ found: null })
      expect(submissions(listed.server.operations)).toBe(1)
      const unlisted = await service({ lostAnswers: 1 })
      await expect(unlisted.render({ found: null })).rejects.toMatchObject({
        code: 'engine_unreachable',
        meta: { isInDoubt: true },
      })
      expect(submissions(unlisted.server.operations)).toBe(1)
      await expect(unlisted.render({ found: unlisted.comfy.kept.at(-1)! })).rejects.toMatchObject({
        code: 'engine_unreachable',
      })
      expect(submissions(unlisted.server.operations)).toBe(1)
    })

    it('ends the render that is given up, and looks until it has ended', async () => {
      const { server, render } = await service({ states: ['running'] })
      const giving = new AbortController()
      const rendering = render({
        signal: giving.signal,
        onProgress: ({ stage }) => {
          if (stage === 'loading_models') giving.abort(new AppError('canceled', 'Given up.'))
        },
      })
      await expect(rendering).rejects.toMatchObject({ code: 'canceled' })
      expect(server.canceled).toHaveLength(1)
      expect(server.operations.at(-1)).not.toBe('POST /api/v2/jobs')
    })
  },
)
