// ffmpeg killed from outside (out of memory) under a hub that renders with the preview engine in a child process.

import { expect, it, onTestFinished } from 'vitest'
import { type Kill, writeKillingTool } from '../support/killing-tool.ts'
import { describeWith } from '../support/requires.ts'
import { shippedTools } from '../support/shipped-tools.ts'
import { createTestFolder } from '../support/test-folder.ts'
import { json, startTestHub, tinyRequest } from '../support/test-hub.ts'

const SIZE = { width: 128, height: 128 }
/** Decodes the voice: once when the request is probed, once in each attempt. */
const STAGING = '-ar 16000'
const ENCODING = '-f rawvideo'
const POSTER = '-c:v mjpeg'

async function startHub(maxCrashes: number, kills: readonly Kill[]) {
  const folder = await createTestFolder()
  const tools = await shippedTools()
  const { path } = await writeKillingTool(folder.path('ffmpeg'), tools.ffmpeg, kills)
  const hub = await startTestHub({
    env: {
      INFINITETALK_ENGINE: 'preview',
      INFINITETALK_FFMPEG: path,
      INFINITETALK_LIMIT_RENDER_MAX_CRASHES: String(maxCrashes),
    },
  })
  onTestFinished(() => hub.stop())
  return hub
}

describeWith(['ffmpeg'], 'apt-get install ffmpeg', 'a killed ffmpeg', () => {
  it.runIf(process.platform !== 'win32')(
    '14.5: answers a submission with 503, and costs a job an attempt as a killed render process does',
    async () => {
      const hub = await startHub(2, [
        { matching: STAGING, call: 1 },
        { matching: STAGING, call: 3 },
        { matching: ENCODING, call: 1 },
      ])
      const refused = await hub.fetch('/v1/jobs', json({ ...(await tinyRequest()), ...SIZE }))
      expect(refused.status).toBe(503)
      expect(refused.headers.get('retry-after')).toBe('10')
      expect(await refused.json()).toMatchObject({ code: 'tool_killed', retryable: true })
      const id = await hub.submit(SIZE)
      expect(await hub.ended(id, 100_000)).toMatchObject({ status: 'succeeded', attempt: 3 })
      const requeued = hub.events.filter(({ type }) => type === 'job.requeued')
      expect(requeued).toMatchObject([{ reason: 'render_crashed' }, { reason: 'render_crashed' }])
    },
  )

  it.runIf(process.platform !== 'win32')(
    '14.5: is the cause that a job reports after its last attempt',
    async () => {
      const hub = await startHub(0, [{ matching: POSTER, call: 1 }])
      const id = await hub.submit(SIZE)
      const job = await hub.ended(id, 100_000)
      expect(job).toMatchObject({ status: 'failed', attempt: 1, error: { code: 'tool_killed' } })
      expect(JSON.stringify(job)).toContain('SIGKILL')
    },
  )
})
