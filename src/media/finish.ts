// The finishing step of every engine: combines its silent video with the original voices into the MP4 that is delivered, exactly
// as long as requested, and measures the result. The same input gives the same bytes.
import { rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { FinishedVideo, FinishRequest, MediaJob } from '../app/ports/media.ts'
import { abortError } from '../async/abort-error.ts'
import { AppError } from '../domain/errors.ts'
import { type BurnRequest, burnCaptions } from './burn-captions.ts'
import { BT709_TAGS, convertColors } from './color-filters.ts'
import { hashFile } from './hash-file.ts'
import { openInputFile } from './input-file.ts'
import type { MediaTools } from './media-tools.ts'
import { openOriginalSound, SOUND_ARGUMENTS } from './original-sound.ts'
import { planVideo, type VideoPlan } from './plan-video.ts'
import { probeVideo } from './probe-video.ts'
import { runInFolder } from './run-in-folder.ts'
import { runTool, type ToolOptions } from './run-tool.ts'
import { SNIFF_BYTES, sniffContainer } from './sniff.ts'
import type { Tool } from './tool.ts'
import { fileArgument, inputArguments } from './tool-command.ts'
import { verifyFinished } from './verify-finished.ts'

/** @throws AppError `output_invalid`, `tool_failed`, `tool_timeout`, `disk_full`, `canceled` */
export async function finish(
  request: FinishRequest,
  media: MediaTools,
  job: MediaJob,
): Promise<FinishedVideo> {
  const { tools, limits } = media
  if (job.signal.aborted) throw abortError(job.signal)
  const options: ToolOptions = {
    signal: job.signal,
    timeoutMs: limits.jobTimeoutMs,
    maxMemoryBytes: limits.childMaxBytes,
  }
  const stored = await videoInput(request.videoPath)
  const facts = await probeVideo(tools.ffprobe, stored, options)
  const plan = planVideo(facts, request.frames, request.fps)
  const video = [...rateOf(plan, request), ...stored]
  const sound = await openOriginalSound(request.audioPaths, request.seconds, media, options)

  return runInFolder(job.workDir, 'finish', async (folder) => {
    const path = join(folder, 'video.mp4')
    await runTool(
      tools.ffmpeg,
      [
        ...(plan.how === 'cut'
          ? await withoutSurplus(video, request.frames, folder, tools.ffmpeg, options)
          : video),
        ...sound.inputs,
        ...['-filter_complex', sound.filter(1), '-map', '0:v:0', '-map', '[sound]'],
        ...videoArguments(plan, request),
        ...SOUND_ARGUMENTS,
        ...metadataArguments(request.comment),
        ...['-movflags', '+faststart', '-f', 'mp4', fileArgument(path)],
      ],
      options,
    )
    await rm(join(folder, CUT_NAME), { force: true })
    const size = await verifyFinished(tools.ffprobe, path, request, options)
    if ((request.captions ?? []).length > 0) {
      await addCaptions(path, request, size, { folder, ffmpeg: tools.ffmpeg, options })
      await verifyFinished(tools.ffprobe, path, request, options)
    }
    const posterPath = join(folder, 'poster.jpg')
    await runTool(tools.ffmpeg, posterArguments(path, posterPath), options)
    return {
      path,
      posterPath,
      bytes: (await stat(path)).size,
      sha256: await hashFile(path, job.signal),
      width: size.width,
      height: size.height,
      fps: request.fps,
      frames: request.frames,
      seconds: request.seconds,
    }
  })
}

/** The captioned video replaces the one without; its caller checks it. */
async function addCaptions(
  path: string,
  request: FinishRequest,
  size: BurnRequest['size'],
  { folder, ffmpeg, options }: { folder: string; ffmpeg: Tool; options: ToolOptions },
): Promise<void> {
  const cues = request.captions ?? []
  const toPath = join(folder, 'captioned.mp4')
  await burnCaptions({ fromPath: path, toPath, cues, size }, ffmpeg, folder, options)
  await rename(toPath, path)
}

/**
 * ffmpeg 4 finds no length of the packets in a fragmented file, and a copy then lacks the time of its last frame. Frames that are
 * stored out of order would lose their order by it; such files are not fragmented.
 */
function rateOf({ how, inOrder }: VideoPlan, { fps }: FinishRequest): readonly string[] {
  return how !== 'encode' && inOrder ? ['-r', String(fps)] : []
}

/** The engine's file is examined like any other: it may come from another machine. */
async function videoInput(path: string): Promise<string[]> {
  await using file = await openInputFile(path, Number.POSITIVE_INFINITY)
  const container = sniffContainer(await file.read(0, SNIFF_BYTES))
  if (container !== null) return inputArguments(path, container)
  throw new AppError('output_invalid', 'The engine made a file that is not a video.')
}

/** Deleted before the finished video is handed on. */
const CUT_NAME = 'cut.mp4'

/**
 * `-frames:v` ends all streams of an output when the video has its frames, so a surplus is cut off before the sound comes.
 * @returns the video to be finished, as an input
 */
async function withoutSurplus(
  video: readonly string[],
  frames: number,
  folder: string,
  ffmpeg: Tool,
  options: ToolOptions,
): Promise<readonly string[]> {
  const path = join(folder, CUT_NAME)
  const copy = ['-map', '0:v:0', '-c:v', 'copy', '-frames:v', String(frames), '-f', 'mp4']
  await runTool(ffmpeg, [...video, ...copy, fileArgument(path)], options)
  return inputArguments(path, 'mov')
}

function videoArguments(plan: VideoPlan, { frames, fps }: FinishRequest): string[] {
  if (plan.how !== 'encode') {
    return ['-c:v', 'copy', ...(plan.retag ? ['-bsf:v', BT709_HEADER] : [])]
  }
  const filters = [
    // Frames end to end, without their time stamps; then the last frame repeats where frames are missing.
    `settb=1/${fps}`,
    'setpts=N',
    `tpad=stop_mode=clone:stop=${plan.heldFrames}`,
    `trim=end_frame=${frames}`,
    ...(plan.convertFrom === null ? [] : convertColors(plan.convertFrom, 'bt709', 'tv')),
    'setsar=1',
    'format=yuv420p',
  ]
  return [
    ...['-filter:v', filters.join(','), '-r', String(fps)],
    ...['-c:v', 'libx264', '-preset', 'fast', '-crf', '18', '-pix_fmt', 'yuv420p'],
    ...BT709_TAGS,
  ]
}

/** 1 is bt709 in the three tables of H.264, annex E. */
const BT709_HEADER =
  'h264_metadata=colour_primaries=1:transfer_characteristics=1:matrix_coefficients=1'

/** Only our own tags: no creation time, no encoder versions, none of the engine's or the voice's tags. */
function metadataArguments(comment: string): string[] {
  return [
    ...['-map_metadata', '-1', '-map_metadata:s:v', '-1', '-map_chapters', '-1'],
    ...['-metadata', `comment=${comment}`],
    ...['-fflags', '+bitexact', '-flags:v', '+bitexact', '-flags:a', '+bitexact'],
  ]
}

/** JPEG pictures are bt601 and full range by definition (JFIF). */
function posterArguments(path: string, posterPath: string): string[] {
  const toJfif = [...convertColors('bt709', 'bt601', 'pc'), 'format=yuvj420p'].join(',')
  return [
    ...[...inputArguments(path, 'mov'), '-map', '0:v:0', '-frames:v', '1', '-filter:v', toJfif],
    ...['-c:v', 'mjpeg', '-q:v', '3', '-fflags', '+bitexact', '-flags:v', '+bitexact'],
    ...['-f', 'mjpeg', fileArgument(posterPath)],
  ]
}
