// Decodes a video at a few places, to find a damaged one without decoding all of it.
import { AppError } from '../domain/errors.ts'
import type { VideoMeasure } from './measure-video.ts'
import type { SourceVideo } from './open-video.ts'
import { VIDEO_TRACK } from './probe-source-video.ts'
import { runTool, type ToolOptions } from './run-tool.ts'
import type { Tool } from './tool.ts'

/** The places to decode, as shares of the length, and the maximum seconds to read for a frame there. */
const PLACES = [0.25, 0.5, 0.75, 0.95]
const SAMPLE_SECONDS = 5

/**
 * A file whose end never arrived may have its full length and an index of every frame. One damaged place is accepted; a video that
 * shows nothing at most places is rejected.
 *
 * @throws AppError `video_unreadable`, `tool_timeout`, `canceled`
 */
export async function checkSamples(
  name: string,
  source: SourceVideo,
  { startSeconds, seconds }: VideoMeasure,
  ffmpeg: Tool,
  options: ToolOptions,
): Promise<void> {
  let shown = 0
  for (const place of PLACES) {
    if (await hasFrameAt(source, startSeconds + place * seconds, ffmpeg, options)) shown += 1
    // Enough for any result of the places that are left.
    if (shown * 2 >= PLACES.length) return
  }
  throw new AppError(
    'video_unreadable',
    `${name} is damaged: at ${PLACES.length - shown} of ${PLACES.length} places there is no picture in it.`,
  )
}

/** Seeks to the last earlier frame that decodes alone, at any distance. */
async function hasFrameAt(
  { input }: SourceVideo,
  seconds: number,
  ffmpeg: Tool,
  options: ToolOptions,
): Promise<boolean> {
  const place = [
    '-seek_timestamp',
    '1',
    '-noaccurate_seek',
    '-ss',
    seconds.toFixed(3),
    '-t',
    String(SAMPLE_SECONDS),
  ]
  const output = ['-map', `0:${VIDEO_TRACK}`, '-frames:v', '1', '-f', 'framecrc', 'pipe:1']
  try {
    const { stdout } = await runTool(ffmpeg, [...place, ...input, ...output], options)
    return /^[^#\n]/m.test(stdout.toString('latin1'))
  } catch (thrown) {
    if (thrown instanceof AppError && thrown.code === 'tool_failed') return false
    throw thrown
  }
}
