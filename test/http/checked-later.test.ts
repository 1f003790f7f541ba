// RunPod's /run and Beam's task queue answer before a medium is decoded: their clients give up after three seconds. The media
// programs of this hub count how often they are started, so no clock is needed to see what an answer waited for.

import { chmod, readFile, writeFile } from 'node:fs/promises'
import type { Problem } from '@infinitetalk/contract'
import { expect, it, onTestFinished } from 'vitest'
import { describeWith } from '../support/requires.ts'
import { shippedTools } from '../support/shipped-tools.ts'
import { createTestFolder } from '../support/test-folder.ts'
import { json, startTestHub, type TestHub, tinyRequest } from '../support/test-hub.ts'

interface CountingHub {
  readonly hub: TestHub
  /** Starts of ffmpeg and ffprobe since the hub is there. */
  starts(): Promise<number>
}

async function openCounting(works: boolean): Promise<CountingHub> {
  const folder = await createTestFolder()
  const log = folder.path('starts')
  await writeFile(log, '')
  const tools = await shippedTools()
  for (const { name, path } of [tools.ffmpeg, tools.ffprobe]) {
    const script = `#!/bin/sh\ncase " $* " in *" -version "*) ;; *) echo ${name} >> '${log}';; esac\nexec '${path}' "$@"\n`
    await writeFile(folder.path(name), script)
    await chmod(folder.path(name), 0o755)
  }
  const hub = await startTestHub({
    works,
    env: {
      INFINITETALK_ENGINE: 'preview',
      INFINITETALK_FFMPEG: folder.path('ffmpeg'),
      INFINITETALK_FFPROBE: folder.path('ffprobe'),
    },
  })
  onTestFinished(() => hub.stop())
  const starts = async () => (await readFile(log, 'utf8')).split('\n').length - 1
  return { hub, starts }
}

async function flatRequest(): Promise<Record<string, string | undefined>> {
  const { image, audio } = (await tinyRequest()) as Record<string, { base64: string }>
  return { image_base64: image?.base64, wav_base64: audio?.base64 }
}

const text = (content: string): string => Buffer.from(content).toString('base64')

const WAYS = [
  ['/run', (input: object) => ({ input }), 'id'],
  ['/v2/any/run', (input: object) => ({ input }), 'id'],
  ['/taskqueue/talk', (input: object) => input, 'task_id'],
  ['/taskqueue/talk/v1', (input: object) => ({ kwargs: input }), 'task_id'],
] as const

describeWith(['ffmpeg'], 'apt-get install ffmpeg', 'a queue of another service', () => {
  it('14.32: answers before a medium is decoded, whatever the body holds', async () => {
    const { hub, starts } = await openCounting(false)
    const flat = await flatRequest()
    const bodies = [
      flat,
      { ...flat, wav_base64: text('no sound at all') },
      { ...flat, image_base64: text('no picture at all') },
    ]
    for (const [path, wrap] of WAYS) {
      for (const body of bodies) {
        expect((await hub.fetch(path, json(wrap(body)))).status).toBe(200)
      }
      // Its form is still checked.
      expect((await hub.fetch(path, json(wrap({ ...flat, colour: 1 })))).status).toBe(422)
    }
    expect(await starts()).toBe(0)
    expect((await hub.fetch('/v1/jobs', json(flat))).status).toBe(202)
    expect(await starts()).toBeGreaterThan(0)
  })

  it('14.32: ends a job whose input cannot be read with the error that /v1/jobs answers', async () => {
    const { hub } = await openCounting(true)
    const flat = await flatRequest()
    for (const [member, damaged] of [
      ['wav_base64', text('no sound at all')],
      ['image_base64', flat.image_base64!.slice(0, 40_000)],
    ] as const) {
      const body = { ...flat, [member]: damaged }
      const refused = (await (await hub.fetch('/v1/jobs', json(body))).json()) as Problem
      const run = await hub.fetch('/run', json({ input: body }))
      const { id } = (await run.json()) as { id: string }
      expect(await hub.ended(id)).toMatchObject({
        status: 'failed',
        error: { code: refused.code, message: refused.detail, pointer: refused.pointer },
      })
      const status = await (await hub.fetch(`/status/${id}`)).json()
      expect(status).toMatchObject({ status: 'FAILED', output: { code: refused.code } })
    }
  })
})
