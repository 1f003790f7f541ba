// A reader that takes nothing would hold a file and a connection for ever. Progress is whatever leaves our buffer: when the
// system has taken none of it for the allowed time, the connection is cut.
import type { ServerResponse } from 'node:http'

export function cutStalledReader(response: ServerResponse, idleMs: number): void {
  const { socket } = response
  if (socket === null) return
  let waitingSince: number | null = null
  // 'drain' comes when the system has taken everything that was handed to it.
  const moved = (): void => {
    waitingSince = null
  }
  const timer = setInterval(
    () => {
      if (socket.writableLength === 0) return moved()
      const nowMs = performance.now()
      waitingSince ??= nowMs
      if (nowMs - waitingSince >= idleMs) socket.destroy()
    },
    Math.min(1000, idleMs / 4),
  )
  timer.unref()
  socket.on('drain', moved)
  response.once('close', () => {
    clearInterval(timer)
    socket.off('drain', moved)
  })
}
