// The matrix: every workflow of ours, on both recorded versions of ComfyUI, in videos of one, two and three windows.
import { onTestFinished } from 'vitest'
import { describeWith } from '../support/requires.ts'
import { LENGTHS, renderSuite, WORKFLOW_NAMES } from './render-suite.ts'
import { COMFY_VERSIONS, startStandIn } from './standin/stand-in.ts'

for (const version of COMFY_VERSIONS) {
  describeWith(
    ['ffmpeg', 'ffprobe'],
    'apt-get install ffmpeg',
    `ComfyUI ${version} renders`,
    () => {
      const open = async () => {
        const server = await startStandIn({ version })
        onTestFinished(() => server.close())
        return server
      }
      renderSuite({ open, side: 64, timeoutMs: 60_000, workflows: WORKFLOW_NAMES }, LENGTHS)
    },
  )
}
