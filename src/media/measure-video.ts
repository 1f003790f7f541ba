// Measures the length of a video by counting its frames, because headers lie. It decodes nothing, so an hour of video costs no
// more than reading it, and it stops reading once the video is known to be too long.

import { VIDEO_TRACK } from './probe-source-video.ts'
import { runTool, type ToolOptions } from './run-tool.ts'
import type { Tool } from './tool.ts'
import { ToolLines } from './tool-lines.ts'

export interface VideoMeasure {
  /** Frames that are shown. */
  readonly frames: number
  /** From the start of the first frame to the end of the last. */
  readonly seconds: number
  /** The time of the first frame, by the clock of the file. */
  readonly startSeconds: number
}

/** Enough for a thousand frames a second for ten minutes, at 40 characters per line. */
const MAX_OUTPUT_BYTES = 24 * 1024 * 1024

/**
 * @param input from `inputArguments()`
 * @param maxSeconds a longer video is measured a little further than this
 * @throws AppError `tool_failed`, `tool_timeout`, `canceled`
 */
export async function measureVideo(
  ffprobe: Tool,
  input: readonly string[],
  maxSeconds: number,
  options: ToolOptions,
): Promise<VideoMeasure> {
  const counter = new FrameCounter()
  const lines = new ToolLines((line) => counter.takeLine(line))
  await runTool(
    ffprobe,
    [
      ...['-select_streams', VIDEO_TRACK, '-read_intervals', `%+${maxSeconds + 1}`],
      ...['-show_entries', 'packet=pts_time,dts_time,duration_time,flags', '-of', 'csv=p=0'],
      ...input,
    ],
    {
      ...options,
      maxOutputBytes: MAX_OUTPUT_BYTES,
      onStdout: lines.push,
    },
  )
  lines.end()
  return counter.measure()
}

class FrameCounter {
  #frames = 0
  #start = Number.POSITIVE_INFINITY
  #lastStart = Number.NEGATIVE_INFINITY
  #lastDuration = Number.NaN

  measure(): VideoMeasure {
    if (this.#frames === 0) return { frames: 0, seconds: 0, startSeconds: 0 }
    const span = this.#lastStart - this.#start
    // Some containers do not state the duration of the last frame: it then counts like the others.
    const average = this.#frames > 1 ? span / (this.#frames - 1) : 0
    const seconds = span + (this.#lastDuration > 0 ? this.#lastDuration : average)
    return { frames: this.#frames, seconds, startSeconds: this.#start }
  }

  takeLine(line: string): void {
    const [pts, dts, duration, flags = ''] = line.trim().split(',')
    const seconds = secondsOf(pts) ?? secondsOf(dts)
    // An edit list may drop frames at the start: they are decoded and not shown.
    if (seconds === null || flags.includes('D')) return
    this.#frames += 1
    this.#start = Math.min(this.#start, seconds)
    if (seconds >= this.#lastStart) {
      this.#lastStart = seconds
      this.#lastDuration = secondsOf(duration) ?? Number.NaN
    }
  }
}

/** `N/A` when the container does not state it. */
function secondsOf(text: string | undefined): number | null {
  if (text === undefined || text === '') return null
  const seconds = Number(text)
  return Number.isFinite(seconds) ? seconds : null
}
