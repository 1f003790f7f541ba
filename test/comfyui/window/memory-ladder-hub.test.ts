// A hub whose own ComfyUI is killed again and again in one window, as Linux does when the machine has too little memory, or runs out of its GPU's: the job says
// in its result what was done.

import { type JobResource, jobResourceSchema } from '@infinitetalk/contract'
import { expect, it, onTestFinished } from 'vitest'
import { identityOf } from '../../../src/engines/comfyui/supervise/process-identity.ts'
import { describeWith } from '../../support/requires.ts'
import { startHub } from '../../support/serving-hub.ts'
import { createTestFolder } from '../../support/test-folder.ts'
import { tinyRequest } from '../../support/test-hub.ts'
import { wavFile } from '../../support/wav-file.ts'
import { installStandIn, type StartBehaviour } from '../standin/install.ts'

interface Rendered {
  readonly job: JobResource
  /** The arguments of every start of ComfyUI. */
  readonly arguments: readonly (readonly string[])[]
}

/** A job of one second on a hub with this ComfyUI, to its end. */
async function renderOn(starts: readonly StartBehaviour[]): Promise<Rendered> {
  const folder = await createTestFolder()
  const comfyui = await installStandIn(folder.path('ComfyUI'), { version: '0.33.0', starts })
  onTestFinished(async () => {
    for (const { pid } of await comfyui.starts()) {
      if ((await identityOf(pid)) !== null) process.kill(pid, 'SIGKILL')
    }
  })
  const env = { INFINITETALK_LIMIT_DISK_RESERVE_BYTES: '1MB', COMFYUI_DIR: comfyui.folder }
  const hub = await startHub({ dataFolder: folder.path('data'), env })
  const audio = { base64: wavFile({ sampleRate: 16_000, samples: 16_000 }).toString('base64') }
  const small = { width: 64, height: 64, preset: 'draft' }
  const body = { ...(await tinyRequest()), audio, ...small }
  const headers = { 'content-type': 'application/json' }
  const request = { method: 'POST', headers, body: JSON.stringify(body) }
  const submitted = await fetch(`${hub.url}/v1/jobs`, request)
  const { id } = jobResourceSchema.parse(await submitted.json())
  // The stream ends with the job.
  await (await fetch(`${hub.url}/v1/jobs/${id}/events`)).text()
  const job = jobResourceSchema.parse(await (await fetch(`${hub.url}/v1/jobs/${id}`)).json())
  await hub.kill('SIGTERM')
  return { job, arguments: (await comfyui.starts()).map(({ args }) => args) }
}

describeWith(['ffmpeg', 'ffprobe'], 'apt-get install ffmpeg', 'a hub that owns a ComfyUI', () => {
  it('makes shorter windows once it was killed twice in one', async () => {
    const killed = { faults: { dieAt: { at: 0.5, downMs: null } } }
    const { job } = await renderOn([killed, killed, {}])
    expect(job).toMatchObject({ status: 'succeeded', attempt: 2 })
    expect(job.output?.memory_ladder).toEqual([
      { remedy: 'shorter_windows', window: 1, window_frames: 21 },
    ])
    expect(job.output?.windows).toEqual({ needed: 2, rendered: 4 })
  }, 240_000)

  it('starts it with more and more offload while the GPU has too little memory', async () => {
    const short = { faults: { outOfMemory: { nodeClass: 'SamplerCustomAdvanced' } } }
    const { job, arguments: starts } = await renderOn([short, short, {}])
    expect(job).toMatchObject({ status: 'succeeded', attempt: 1 })
    expect(job.output?.memory_ladder?.map(({ remedy }) => remedy)).toEqual([
      'free_memory',
      'reserve_vram',
      'no_vram',
    ])
    expect(starts.map((words) => words.includes('--reserve-vram'))).toEqual([false, true, true])
    expect(starts.map((words) => words.includes('--novram'))).toEqual([false, false, true])
  }, 240_000)
})
