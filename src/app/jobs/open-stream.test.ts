import { expect, it } from 'vitest'
import { sampleJob } from '../../../test/support/sample-job.ts'
import type { Sha256 } from '../../domain/ids.ts'
import type { Job } from '../../domain/job.ts'
import type { HubPorts } from '../hub-ports.ts'
import type { KeptWindow } from '../ports/window-store.ts'
import { readStream } from './open-stream.ts'

const sha256 = 'a'.repeat(64) as Sha256

function windowAt(number: number): KeptWindow {
  return {
    ...{ number, firstFrame: 72 * (number - 1), frames: 72, length: 81, seed: 1, attempt: 1 },
    ...{ backend: 'gpu', renderSeconds: 1, handover: null, lead: null },
    segment: { sha256, bytes: 1 },
  }
}

function succeeded(frames: number): Job {
  const video = { sha256, bytes: 1, width: 64, height: 64, fps: 25, frames, seconds: frames / 25 }
  const output = { video, poster: null, engine: 'comfyui', seed: 1, warnings: [] }
  return sampleJob(1, { status: 'succeeded', output })
}

function portsOf(job: Job, windows: readonly KeptWindow[]): HubPorts {
  return {
    unitOfWork: { read: (work: (tx: object) => unknown) => work({}) },
    jobs: { get: async () => job },
    windows: { ofJob: async () => windows },
    engines: new Map(),
  } as unknown as HubPorts
}

it('the stream of a finished job is its whole video, or none', async () => {
  const windows = [windowAt(1), windowAt(2)]
  const whole = succeeded(144)
  expect(await readStream(whole.id, portsOf(whole, windows))).toEqual({
    ended: true,
    seconds: [2.88, 2.88],
  })
  // The attempt that kept the windows was not the one that made the video.
  const other = succeeded(200)
  await expect(readStream(other.id, portsOf(other, windows))).rejects.toMatchObject({
    code: 'windows_not_kept',
  })
})
