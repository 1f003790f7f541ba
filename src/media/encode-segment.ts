// Encodes the pictures of one window into a piece of the final video, with its sound: it begins with a key frame and needs nothing
// outside of itself, so that pieces can be played while the others are still made, and joined without encoding anything again.
import { createReadStream } from 'node:fs'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { AppError } from '../domain/errors.ts'
import { BT709_TAGS } from './color-filters.ts'
import { placeFragments, splitFragments } from './fragments.ts'
import { openTool, type ToolOptions } from './run-tool.ts'
import type { Tool } from './tool.ts'
import { fileArgument } from './tool-command.ts'

export interface SegmentToEncode {
  /** PNG, all of one size, in order. */
  readonly picturePaths: readonly string[]
  readonly fps: number
  /** The frame of the whole video that the segment begins with. */
  readonly firstFrame: number
  /** Number of the segment in the video, from 1. */
  readonly number: number
  /** Absent for a silent one. */
  readonly sound?: SegmentSound
  readonly toPath: string
}

/** Packets of AAC, as voice-track.ts cuts them. */
export interface SegmentSound {
  readonly path: string
  /** The first of its samples, counted from the beginning of the video. */
  readonly firstSample: number
}

export interface EncodedSegment {
  /** The brightest place of each picture, 0 (black) to 255. Fewer than pictures when one of them could not be decoded. */
  readonly brightest: readonly number[]
}

/** x264 divides the work by threads and its output depends on how many there are: one number for every machine. */
const ENCODER_THREADS = 4
/** A whole number for 25, 24, 30 and 50 frames a second. */
export const SEGMENT_TICKS_PER_SECOND = 12_800
/** The ids that ffmpeg gives to tracks: their order. The ticks of the second are samples. */
const VIDEO_TRACK = 1
const SOUND_TRACK = 2
/** Each picture is shrunk to so many pixels a side, of which the brightest counts. */
const PROBE_SIDE = 8

/** @throws AppError `output_invalid` for pictures that cannot be read, `tool_failed`, `tool_timeout`, `disk_full`, `canceled` */
export async function encodeSegment(
  segment: SegmentToEncode,
  ffmpeg: Tool,
  options: ToolOptions,
): Promise<EncodedSegment> {
  const { picturePaths, toPath, fps, firstFrame, number } = segment
  const rawPath = `${toPath}.raw`
  const tool = openTool(ffmpeg, encoderArguments(segment, rawPath), options)
  const probes: Buffer[] = []
  tool.stdout.on('data', (chunk: Buffer) => probes.push(chunk))
  try {
    await pipeline(readAll(picturePaths), tool.stdin, { signal: options.signal })
  } catch {
    // A picture that ffmpeg does not want ends it: its own words say more than the broken pipe.
    tool.stdin.destroy()
  }
  await tool.done
  const split = splitFragments(await readFile(rawPath))
  if (split === null) throw new AppError('output_invalid', 'ffmpeg made a segment without frames.')
  const starts = new Map([
    [VIDEO_TRACK, (firstFrame * SEGMENT_TICKS_PER_SECOND) / fps],
    [SOUND_TRACK, segment.sound?.firstSample ?? 0],
  ])
  placeFragments(split, starts, number)
  await writeFile(toPath, [split.head, split.fragments])
  await rm(rawPath)
  return { brightest: brightestOf(Buffer.concat(probes)) }
}

async function* readAll(paths: readonly string[]): AsyncGenerator<Buffer> {
  for (const path of paths) yield* createReadStream(path)
}

function encoderArguments({ fps, picturePaths, sound }: SegmentToEncode, path: string): string[] {
  const toVideo = 'scale=out_color_matrix=bt709:out_range=tv,format=yuv420p,setsar=1'
  const frames = ['-frames:v', String(picturePaths.length)]
  return [
    ...['-f', 'image2pipe', '-framerate', String(fps), '-c:v', 'png', '-i', 'pipe:0'],
    ...(sound === undefined ? [] : ['-f', 'aac', '-i', fileArgument(sound.path)]),
    // Not limited by the count of frames: with the last one ffmpeg would end the sound, which lasts a little longer.
    ...['-map', '0:v:0', '-filter:v', toVideo],
    ...(sound === undefined ? [] : ['-map', '1:a:0', '-c:a', 'copy', '-bsf:a', 'aac_adtstoasc']),
    ...['-c:v', 'libx264', '-preset', 'fast', '-crf', '18', '-pix_fmt', 'yuv420p'],
    // One key frame, and no frame that is shown before one that is decoded earlier: its place is its number, in every player.
    ...['-g', '10000', '-keyint_min', '10000', '-sc_threshold', '0', '-bf', '0'],
    // Parameter sets in the stream: a piece that another version of ffmpeg encoded can follow.
    ...['-x264-params', 'repeat-headers=1', '-threads', String(ENCODER_THREADS), ...BT709_TAGS],
    ...['-video_track_timescale', String(SEGMENT_TICKS_PER_SECOND)],
    ...['-fflags', '+bitexact', '-flags:v', '+bitexact', '-map_metadata', '-1'],
    // Only the first packets show how the sound is encoded, so the head waits for them. A place is a number, never an edit.
    ...['-movflags', '+frag_keyframe+delay_moov+default_base_moof', '-use_editlist', '0'],
    ...['-f', 'mp4'],
    fileArgument(path),
    ...['-map', '0:v:0', '-filter:v', `scale=${PROBE_SIDE}:${PROBE_SIDE},format=gray`, ...frames],
    ...['-f', 'rawvideo', 'pipe:1'],
  ]
}

function brightestOf(probes: Buffer): readonly number[] {
  const size = PROBE_SIDE * PROBE_SIDE
  return Array.from({ length: Math.floor(probes.length / size) }, (_, index) => {
    return Math.max(...probes.subarray(index * size, (index + 1) * size))
  })
}
