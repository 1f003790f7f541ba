// The matrix on the stand-in: our workflows in videos of one, two and three windows, on a recorded version of ComfyUI.
import { onTestFinished } from 'vitest'
import { describeWith } from '../support/requires.ts'
import { type Cell, renderSuite } from './render-suite.ts'
import { type ComfyVersion, startStandIn } from './standin/stand-in.ts'

export function matrixOn(version: ComfyVersion, cells: readonly Cell[]): void {
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
      renderSuite({ open, side: 64, timeoutMs: 120_000 }, cells)
    },
  )
}
