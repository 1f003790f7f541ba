// RunPod's own package for Python as a client of a hub: only its base URL is another one.
import { spawn } from 'node:child_process'
import { expect, it, onTestFinished } from 'vitest'
import { describeWithMaker, makersProgram } from '../support/makers.ts'
import { ROOT } from '../support/run-infinitetalk.ts'
import { startTestHub, tinyRequest } from '../support/test-hub.ts'

/** @returns the lines that it printed, as JSON */
function runClient(hubUrl: string, key: string, input: unknown): Promise<Record<string, unknown>> {
  const script = `${ROOT}/test/makers/runpod_client.py`
  const env = {
    PATH: process.env.PATH,
    RUNPOD_ENDPOINT_BASE_URL: `${hubUrl}/v2`,
    RUNPOD_API_KEY: key,
  }
  const child = spawn(makersProgram('runpod', 'python'), [script], { env })
  child.stdin.end(JSON.stringify(input))
  let [said, failed] = ['', '']
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (failed += chunk.toString()))
  return new Promise((resolve, reject) => {
    child.on('close', (code) => {
      if (code === 0) resolve(JSON.parse(said.trim().split('\n').at(-1)!))
      else reject(new Error(failed))
    })
  })
}

describeWithMaker('runpod', 'python', "RunPod's package for Python", () => {
  it('runs, follows, streams and cancels jobs of a hub, and is told why one fails', async () => {
    const hub = await startTestHub()
    onTestFinished(() => hub.stop())
    // Accepts and does not work.
    const idle = await startTestHub({ works: false })
    onTestFinished(() => idle.stop())
    const { image, audio } = (await tinyRequest()) as Record<string, { base64: string }>
    const input = { image_base64: image?.base64, wav_base64: audio?.base64 }
    expect(await runClient(hub.url, 'any', { input, idle: `${idle.url}/v2` })).toEqual({
      run: 'COMPLETED',
      video: true,
      streamed: 1,
      run_sync: true,
      health: expect.arrayContaining(['jobs', 'workers']),
      canceled: 'CANCELLED',
      refused: 422,
      purged: 1,
    })
  })
})
