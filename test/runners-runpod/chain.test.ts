// Both ends of RunPod are ours: a render of this machine, handed to the service, is made by our worker there and comes back.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { describeWith } from '../support/requires.ts'
import { createSandbox, ROOT } from '../support/run-infinitetalk.ts'
import { openFront } from './standin/front.ts'
import { openWorker, type Worker } from './standin/worker.ts'

const example = (name: string): string => join(ROOT, 'examples', name)

describeWith(['ffmpeg', 'ffprobe'], 'apt-get install ffmpeg', 'a render on RunPod', () => {
  let worker: Worker
  beforeAll(async () => {
    // One of 128x128 pixels is not too large.
    worker = await openWorker({ INFINITETALK_LIMIT_OUTPUT_MAX_PIXELS: '20000' })
  })
  afterAll(() => worker[Symbol.asyncDispose]())

  it('is made by our worker, and finished here', async () => {
    const { service } = worker
    await using sandbox = await createSandbox()
    const env = {
      RUNPOD_URL: await openFront(service),
      RUNPOD_API_KEY: 'key',
      RUNPOD_ENDPOINT_ID: 'endpoint1',
    }
    const inputs = ['-i', example('portrait.png'), '-a', example('speech.wav')]
    const size = ['--width', '128', '--height', '128', '--max-frames', '25']
    const words = ['generate', ...inputs, ...size, '--engine', 'runpod', '-o', 'out.mp4']
    const { code, stderr } = await sandbox.run(words, { env })
    expect(code, stderr).toBe(0)
    const video = await readFile(join(sandbox.folder, 'out.mp4'))
    expect(video.subarray(4, 8).toString()).toBe('ftyp')
    expect(service.ends('job-1-u1')[0]?.body.output).toMatchObject({ engine: 'preview' })
  })

  it('fails here with the code that it failed with there', async () => {
    const { service } = worker
    await using sandbox = await createSandbox()
    const env = {
      RUNPOD_URL: await openFront(service),
      RUNPOD_API_KEY: 'key',
      RUNPOD_ENDPOINT_ID: 'endpoint1',
    }
    const inputs = ['-i', example('portrait.png'), '-a', example('speech.wav')]
    const words = ['generate', ...inputs, '--engine', 'runpod', '-o', 'out.mp4']
    const { code, stderr } = await sandbox.run(words, { env })
    expect(code).not.toBe(0)
    const told = service.ends('job-2-u1')[0]?.body.output as { code: string; error: string }
    expect(stderr).toContain(told.code)
    expect(stderr).toContain(told.error.slice(0, 40))
  })
})
