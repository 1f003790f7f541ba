// Closes the connection of a reader that has stopped reading, which would hold a file and a connection for ever. Progress means
// that the system accepts bytes from our buffer.
import type { ServerResponse } from 'node:http'

export function cutStalledReader(response: ServerResponse, idleMs: number): void {
  const { socket } = response
  if (socket === null) return
  let waitingSince: number | null = null
  // 'drain' comes when the system has accepted all written bytes.
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
