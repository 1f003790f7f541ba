// A hub in an office that has its videos rendered by a hub in a workshop, through the very engines that speak to Beam and to
// RunPod: what one half says of these services, the other half understands.
import { execFileSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { expect, it, onTestFinished } from 'vitest'
import type { Renderer } from '../../src/app/ports/renderer.ts'
import { AppError } from '../../src/domain/errors.ts'
import { createHeldRenderer } from '../support/held-renderer.ts'
import { describeWith } from '../support/requires.ts'
import { FFPROBE } from '../support/shipped-tools.ts'
import { createTestFolder } from '../support/test-folder.ts'
import { startTestHub, type TestHub, type TestHubOptions } from '../support/test-hub.ts'

const KEY = 'the-key-of-the-office'
const SMALL = { width: 256, height: 256, max_frames: 10 }
const DEADLINE_MS = 60_000

const WAYS = [
  [
    'Beam',
    (url: string) => ({
      INFINITETALK_ENGINE: 'beam',
      BEAM_GATEWAY_URL: url,
      BEAM_TOKEN: KEY,
      BEAM_QUEUE: 'infinitetalk',
    }),
  ],
  [
    'RunPod',
    (url: string) => ({
      INFINITETALK_ENGINE: 'runpod',
      RUNPOD_URL: `${url}/v2`,
      RUNPOD_API_KEY: KEY,
      RUNPOD_ENDPOINT_ID: 'workshop',
    }),
  ],
] as const

async function openWorkshop(options: TestHubOptions = {}): Promise<TestHub> {
  const env = { INFINITETALK_API_KEYS: `office:${KEY}`, ...options.env }
  const workshop = await startTestHub({ ...options, env })
  onTestFinished(() => workshop.stop())
  return workshop
}

async function openOffice(env: Readonly<Record<string, string>>): Promise<TestHub> {
  const office = await startTestHub({ env })
  onTestFinished(() => office.stop())
  return office
}

function failing(code: 'no_face_found' | 'job_timeout'): Renderer {
  return {
    render: async () => {
      throw new AppError(code, 'The workshop could not.')
    },
  }
}

async function statesOf({ hub }: TestHub): Promise<readonly string[]> {
  const { views } = await hub.jobs.list({ status: null, limit: 9, cursor: null })
  return views.map(({ job }) => job.status)
}

describeWith(['ffmpeg', 'ffprobe'], 'apt-get install ffmpeg', 'a hub behind a hub', () => {
  it.each(WAYS)(
    'by %s renders what it is sent, once, and the other one finishes it',
    async (_name, envFor) => {
      const workshop = await openWorkshop({ env: { INFINITETALK_ENGINE: 'preview' } })
      const office = await openOffice(envFor(workshop.url))
      const id = await office.submit(SMALL)
      expect(await office.ended(id)).toMatchObject({
        status: 'succeeded',
        output: { video: { frames: 10, width: 256, height: 256 } },
      })
      expect(await statesOf(workshop)).toEqual(['succeeded'])
      const video = await office.fetch(`/v1/jobs/${id}/video`)
      const path = (await createTestFolder()).path('finished.mp4')
      await writeFile(path, Buffer.from(await video.arrayBuffer()))
      const args = ['-v', 'error', '-show_entries', 'stream=codec_type', '-of', 'csv=p=0', path]
      expect(execFileSync(FFPROBE, args).toString().trim().split('\n')).toEqual(['video', 'audio'])
    },
    DEADLINE_MS,
  )

  it.each(WAYS)(
    'by %s tells why it failed, by its code',
    async (_name, envFor) => {
      for (const code of ['no_face_found', 'job_timeout'] as const) {
        const workshop = await openWorkshop({ renderer: failing(code) })
        const office = await openOffice(envFor(workshop.url))
        const id = await office.submit(SMALL)
        expect(await office.ended(id)).toMatchObject({ status: 'failed', error: { code } })
        expect(await statesOf(workshop)).toEqual(['failed'])
      }
    },
    DEADLINE_MS,
  )

  it.each(WAYS)(
    'by %s stops what the other one cancels',
    async (_name, envFor) => {
      const workshop = await openWorkshop({ renderer: createHeldRenderer() })
      const office = await openOffice(envFor(workshop.url))
      const id = await office.submit(SMALL)
      await expect.poll(() => statesOf(workshop), { timeout: DEADLINE_MS }).toEqual(['running'])
      await office.fetch(`/v1/jobs/${id}/cancel`, { method: 'POST' })
      expect(await office.ended(id)).toMatchObject({ status: 'canceled' })
      expect(await statesOf(workshop)).toEqual(['canceled'])
    },
    DEADLINE_MS,
  )

  it.each(WAYS)(
    'by %s is not let in without its key',
    async (_name, envFor) => {
      const workshop = await openWorkshop({ works: false })
      const env = envFor(workshop.url)
      const wrong = Object.entries(env).map(([name, value]) => [name, value === KEY ? 'x' : value])
      const office = await openOffice(Object.fromEntries(wrong))
      const health = await (await office.fetch('/readyz')).text()
      expect(health).toMatch(/does not accept the token/)
    },
    DEADLINE_MS,
  )
})
