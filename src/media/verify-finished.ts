// Measures a finished video before it is delivered: checks every guarantee of the finishing step on the file itself.

import type { Size } from '@infinitetalk/arithmetic'
import type { FinishRequest } from '../app/ports/media.ts'
import { AppError } from '../domain/errors.ts'
import { openInputFile } from './input-file.ts'
import { isFastStart } from './iso-boxes.ts'
import { runTool, type ToolOptions } from './run-tool.ts'
import type { Tool } from './tool.ts'
import { inputArguments } from './tool-command.ts'

/** Both streams start within the first millisecond. */
const START_TOLERANCE_SECONDS = 0.001

/**
 * @returns the size of the picture
 * @throws AppError `output_invalid` with every failed check
 */
export async function verifyFinished(
  ffprobe: Tool,
  path: string,
  request: FinishRequest,
  options: ToolOptions,
): Promise<Size> {
  const { streams = [], format } = await probe(ffprobe, path, options)
  const video = streams.find((stream) => stream.codec_type === 'video')
  const sound = streams.find((stream) => stream.codec_type === 'audio')
  if (video === undefined || sound === undefined || streams.length !== 2) {
    throw new AppError('output_invalid', `The finished video has ${streams.length} streams.`)
  }
  const expectedVideoSeconds = request.frames / request.fps
  const frameSeconds = 1 / request.fps
  const facts: readonly (readonly [name: string, is: unknown, ok: boolean])[] = [
    ['video codec', video.codec_name, video.codec_name === 'h264'],
    ['pixel format', video.pix_fmt, video.pix_fmt === 'yuv420p'],
    ['colour matrix', video.color_space, video.color_space === 'bt709'],
    ['colour primaries', video.color_primaries, video.color_primaries === 'bt709'],
    ['colour transfer', video.color_transfer, video.color_transfer === 'bt709'],
    ['frame count', video.nb_read_packets, Number(video.nb_read_packets) === request.frames],
    ['video start', video.start_time, isNear(video.start_time, 0, START_TOLERANCE_SECONDS)],
    [
      'video length',
      video.duration,
      isNear(video.duration, expectedVideoSeconds, frameSeconds / 2),
    ],
    ['audio codec', sound.codec_name, sound.codec_name === 'aac'],
    ['audio start', sound.start_time, isNear(sound.start_time, 0, START_TOLERANCE_SECONDS)],
    ['audio length', sound.duration, isNear(sound.duration, request.seconds, frameSeconds)],
    ['comment', format?.tags?.comment, format?.tags?.comment === request.comment],
    ['fast start', false, await startsFast(path)],
  ]
  const wrong = facts.filter(([, , ok]) => !ok).map(([name, is]) => `${name} ${String(is)}`)
  if (wrong.length > 0) {
    throw new AppError('output_invalid', `The finished video is wrong in: ${wrong.join(', ')}.`, {
      meta: { wrong, frames: request.frames, seconds: request.seconds },
    })
  }
  return { width: video.width ?? 0, height: video.height ?? 0 }
}

function isNear(value: string | undefined, expected: number, tolerance: number): boolean {
  return Math.abs(Number(value) - expected) <= tolerance
}

async function startsFast(path: string): Promise<boolean> {
  await using file = await openInputFile(path, Number.POSITIVE_INFINITY)
  return await isFastStart(file)
}

const STREAM_ENTRIES = [
  'codec_type,codec_name,width,height,pix_fmt,color_space,color_primaries,color_transfer',
  'start_time,duration,nb_read_packets',
].join(',')

async function probe(ffprobe: Tool, path: string, options: ToolOptions): Promise<ProbedFile> {
  const entries = `stream=${STREAM_ENTRIES}:format_tags=comment`
  const { stdout } = await runTool(
    ffprobe,
    ['-count_packets', '-show_entries', entries, '-of', 'json', ...inputArguments(path, 'mov')],
    options,
  )
  return JSON.parse(stdout.toString('utf8')) as ProbedFile
}

interface ProbedFile {
  readonly streams?: readonly {
    readonly codec_type?: string
    readonly codec_name?: string
    readonly width?: number
    readonly height?: number
    readonly pix_fmt?: string
    readonly color_space?: string
    readonly color_primaries?: string
    readonly color_transfer?: string
    readonly start_time?: string
    readonly duration?: string
    readonly nb_read_packets?: string
  }[]
  readonly format?: { readonly tags?: { readonly comment?: string } }
}
