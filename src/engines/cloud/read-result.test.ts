import { expect, it } from 'vitest'
import type { CloudTask } from './cloud-service.ts'
import { videoOf } from './read-result.ts'

const TASK: CloudTask = {
  status: 'COMPLETED',
  state: 'succeeded',
  reason: null,
  times: { createdAtMs: null, startedAtMs: null, endedAtMs: null },
  files: [],
  result: null,
}

it.each([
  [{ status: 'success' }, /has no video/],
  [
    { status: 'success', video_path: '/runpod-volume/infinitetalk/job_1.mp4' },
    /left the video in a volume of its own, as \/runpod-volume\/infinitetalk\/job_1\.mp4/,
  ],
])('a task whose video cannot be had from here says why: %j', (result, why) => {
  expect(() => videoOf({ ...TASK, result }, 'RunPod')).toThrow(
    expect.objectContaining({ code: 'output_missing', detail: expect.stringMatching(why) }),
  )
})
