// A video window by window, each a step of its own: the segments of all windows joined are the video.
import { join } from 'node:path'
import { joinSegments } from '../../../media/join-segments.ts'
import { WindowChain } from './window-chain.ts'
import type { WindowedRender, WindowedResult } from './windowed-render.ts'

/** @throws AppError */
export async function renderWindows(request: WindowedRender): Promise<WindowedResult> {
  const chain = new WindowChain(request)
  try {
    const stored = await chain.run()
    const path = join(request.context.workDir, 'windows.mp4')
    const segments = stored.map(({ segmentPath }) => segmentPath)
    await joinSegments(segments, path, request.context.signal)
    return { path, warnings: chain.warnings, windows: chain.count }
  } finally {
    await chain.end()
  }
}
