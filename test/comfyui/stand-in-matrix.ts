// The matrix on the stand-in: each of our workflows in videos of one, two and three windows. Each recorded version has a test file
// of its own, because test files run side by side.
import { onTestFinished } from 'vitest'
import { describeWith } from '../support/requires.ts'
import { LENGTHS, renderSuite, WORKFLOW_NAMES } from './render-suite.ts'
import { type ComfyVersion, startStandIn } from './standin/stand-in.ts'

export function matrixOn(version: ComfyVersion): void {
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
