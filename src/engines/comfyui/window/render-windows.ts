// A piece of a video window by window, each a step of its own.
import { WindowChain } from './window-chain.ts'
import type { WindowedRender, WindowedResult } from './windowed-render.ts'

/** @throws AppError */
export async function renderWindows(request: WindowedRender): Promise<WindowedResult> {
  const chain = new WindowChain(request)
  try {
    const stored = await chain.run()
    return { stored, warnings: chain.warnings, windows: chain.count }
  } finally {
    await chain.end()
  }
}
