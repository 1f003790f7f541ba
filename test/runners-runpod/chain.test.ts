// Both ends of RunPod are ours: a render of this machine, handed to the service, is made by our worker there and comes back.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { describeWith } from '../support/requires.ts'
import { createSandbox, ROOT } from '../support/run-infinitetalk.ts'
import { openFront } from './standin/front.ts'
import { startWorker } from './standin/worker.ts'

const example = (name: string): string => join(ROOT, 'examples', name)

describeWith(['ffmpeg', 'ffprobe'], 'apt-get install ffmpeg', 'a render on RunPod', () => {
  it('is made by our worker, and finished here', { timeout: 60_000 }, async () => {
    const { service } = await startWorker()
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

  it('fails here with the code that it failed with there', { timeout: 60_000 }, async () => {
    const { service } = await startWorker({ INFINITETALK_LIMIT_OUTPUT_MAX_PIXELS: '10000' })
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
    const told = service.ends('job-1-u1')[0]?.body.output as { code: string; error: string }
    expect(stderr).toContain(told.code)
    expect(stderr).toContain(told.error.slice(0, 40))
  })
})
