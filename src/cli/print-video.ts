// Prints a finished video for a person or, with --json, for a program.
import { printJson, printLine, printWarning, type Terminal } from './terminal.ts'

export interface PrintedVideo {
  readonly path: string
  readonly bytes: number
  readonly sha256: string
  readonly width: number
  readonly height: number
  readonly fps: number
  readonly frames: number
  readonly seconds: number
  readonly engine: string
  readonly seed: number
  readonly warnings: readonly string[]
}

/** @param more members of the JSON object only */
export function printVideo(
  terminal: Terminal,
  video: PrintedVideo,
  shownName: string,
  more: Readonly<Record<string, unknown>> = {},
): void {
  for (const warning of video.warnings) printWarning(terminal, warning)
  printJson(terminal, {
    event: 'result',
    ...more,
    path: video.path,
    bytes: video.bytes,
    sha256: video.sha256,
    width: video.width,
    height: video.height,
    fps: video.fps,
    frames: video.frames,
    duration_s: video.seconds,
    engine: video.engine,
    seed: video.seed,
  })
  const size = `${video.width}x${video.height}`
  printLine(terminal, `✅ ${shownName}`)
  printLine(
    terminal,
    `   ${size}, ${video.seconds.toFixed(2)} s, ${video.frames} frames, ${formatBytes(video.bytes)}, ` +
      `engine ${video.engine}, seed ${video.seed}`,
  )
}

export function formatBytes(bytes: number): string {
  if (bytes < 1_000_000) return `${Math.ceil(bytes / 1000)} kB`
  if (bytes < 1_000_000_000) return `${(bytes / 1_000_000).toFixed(1)} MB`
  return `${(bytes / 1_000_000_000).toFixed(2)} GB`
}
