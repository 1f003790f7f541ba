// `network_volume: true`, as clients of the serverless service send it.
import { mkdir, readdir, readFile } from 'node:fs/promises'
import type { Problem, RunpodJob } from '@infinitetalk/contract'
import { expect, it, onTestFinished } from 'vitest'
import { createTestFolder } from '../support/test-folder.ts'
import { json, startTestHub, type TestHub, tinyRequest } from '../support/test-hub.ts'

async function openHub(volume: string): Promise<TestHub> {
  const hub = await startTestHub({ env: { RUNPOD_VOLUME_DIR: volume } })
  onTestFinished(() => hub.stop())
  return hub
}

async function flatRequest(): Promise<Record<string, unknown>> {
  const { image, audio } = (await tinyRequest()) as Record<string, { base64: string }>
  return { image_base64: image?.base64, wav_base64: audio?.base64 }
}

it('14.33: network_volume answers the path of the video on the volume, and not its bytes', async () => {
  const folder = await createTestFolder()
  await mkdir(folder.path('volume'))
  const hub = await openHub(folder.path('volume'))
  const flat = await flatRequest()
  for (const body of [
    { input: { ...flat, network_volume: true } },
    { input: flat, network_volume: true },
  ]) {
    const submitted = await hub.fetch('/runsync?wait=60000', json(body))
    const { id, status, output } = (await submitted.json()) as RunpodJob
    expect(status).toBe('COMPLETED')
    const path = folder.path(`volume/infinitetalk/${id}.mp4`)
    expect(output).toMatchObject({ video_path: path })
    expect(output).not.toHaveProperty('video')
    const video = await (await hub.fetch(`/v1/jobs/${id}/video`)).arrayBuffer()
    expect(Buffer.from(video).equals(await readFile(path))).toBe(true)
    const again = (await (await hub.fetch(`/status/${id}`)).json()) as RunpodJob
    expect(again.output).toMatchObject({ video_path: path })
  }
  const names = await readdir(folder.path('volume/infinitetalk'))
  expect(names.filter((name) => !name.endsWith('.mp4'))).toEqual([])
})

it('14.33: network_volume without a volume is refused before the render, with the setting', async () => {
  const folder = await createTestFolder()
  const hub = await openHub(folder.path('nowhere'))
  const body = { input: { ...(await flatRequest()), network_volume: true } }
  for (const path of ['/run', '/v2/any/runsync']) {
    const response = await hub.fetch(path, json(body))
    expect(response.status).toBe(422)
    const { code, error } = (await response.json()) as Problem
    expect(code).toBe('engine_unsupported')
    expect(error).toContain('RUNPOD_VOLUME_DIR')
  }
  const without = { input: { ...(await flatRequest()), network_volume: false } }
  expect((await hub.fetch('/run', json(without))).status).toBe(200)
})
