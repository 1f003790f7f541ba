// Burns captions into a finished video by libass, and finds out beforehand whether this ffmpeg and the fonts of this machine can
// draw them: libass draws nothing, without an error, where there is no font.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Cue } from '@infinitetalk/contract'
import type { MediaJob } from '../app/ports/media.ts'
import { toAss } from '../domain/captions.ts'
import { AppError, toAppError } from '../domain/errors.ts'
import { BT709_TAGS } from './color-filters.ts'
import type { MediaTools } from './media-tools.ts'
import { runInFolder } from './run-in-folder.ts'
import { runTool, type ToolOptions } from './run-tool.ts'
import type { Tool } from './tool.ts'
import { fileArgument, inputArguments } from './tool-command.ts'

const TRIAL_SIZE = { width: 640, height: 360 }
/** Rendered text reaches 255; rounding of a black picture does not reach this. */
const VISIBLE = 64

/** @throws AppError `captions_unavailable` */
export async function checkCaptions(
  cues: readonly Cue[],
  { tools, limits }: MediaTools,
  job: MediaJob,
): Promise<void> {
  const [first] = cues
  if (first === undefined) return
  await runInFolder(job.workDir, 'captions', async (folder) => {
    // The cue is moved to the start, so that one frame shows it.
    const trial = [{ ...first, fromSeconds: 0, toSeconds: 1 }]
    const filter = await captionsFilter(trial, TRIAL_SIZE, folder)
    let brightest = 0
    const black = `color=c=black:s=${TRIAL_SIZE.width}x${TRIAL_SIZE.height}:r=25:d=1`
    const draw = ['-f', 'lavfi', '-i', black, '-vf', filter, '-frames:v', '1']
    const look = (chunk: Buffer): void => {
      for (const value of chunk) brightest = Math.max(brightest, value)
    }
    await drawWith(tools.ffmpeg, [...draw, '-pix_fmt', 'gray', '-f', 'rawvideo', 'pipe:1'], {
      signal: job.signal,
      timeoutMs: limits.probeTimeoutMs,
      onStdout: look,
    })
    if (brightest >= VISIBLE) return
    throw new AppError('captions_unavailable', 'No font of this machine can draw the captions.')
  })
}

export interface BurnRequest {
  readonly fromPath: string
  readonly toPath: string
  readonly cues: readonly Cue[]
  readonly size: { readonly width: number; readonly height: number }
}

/** Copies the sound and the tags of a finished video. @throws AppError `captions_unavailable`, `tool_*`, `disk_full` */
export async function burnCaptions(
  { fromPath, toPath, cues, size }: BurnRequest,
  ffmpeg: Tool,
  folder: string,
  options: ToolOptions,
): Promise<void> {
  const filter = await captionsFilter(cues, size, folder)
  await drawWith(
    ffmpeg,
    [
      ...[...inputArguments(fromPath, 'mov'), '-map', '0:v:0', '-map', '0:a:0'],
      ...['-filter:v', `${filter},format=yuv420p`, '-c:a', 'copy'],
      ...['-c:v', 'libx264', '-preset', 'fast', '-crf', '18', '-pix_fmt', 'yuv420p'],
      ...BT709_TAGS,
      ...['-map_metadata', '0', '-fflags', '+bitexact', '-flags:v', '+bitexact'],
      ...['-movflags', '+faststart', '-f', 'mp4', fileArgument(toPath)],
    ],
    options,
  )
}

async function captionsFilter(
  cues: readonly Cue[],
  size: BurnRequest['size'],
  folder: string,
): Promise<string> {
  const path = join(folder, 'captions.ass')
  await writeFile(path, toAss(cues, size))
  return `ass=filename=${escapeInGraph(path)}`
}

/** A filter graph is parsed twice: as an option, then as a graph. */
function escapeInGraph(path: string): string {
  const option = path.replaceAll(/[\\':]/g, (sign) => `\\${sign}`)
  return option.replaceAll(/[\\'[\],;]/g, (sign) => `\\${sign}`)
}

async function drawWith(
  ffmpeg: Tool,
  args: readonly string[],
  options: Parameters<typeof runTool>[2],
): Promise<void> {
  try {
    await runTool(ffmpeg, args, { ...options, maxOutputBytes: Number.POSITIVE_INFINITY })
  } catch (thrown) {
    const error = toAppError(thrown)
    const { stderr = '' } = error.meta as { readonly stderr?: string }
    if (!/No such filter: '?ass/.test(stderr)) throw error
    const detail = 'This ffmpeg was built without libass.'
    throw new AppError('captions_unavailable', detail, { cause: error })
  }
}
