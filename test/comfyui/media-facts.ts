// Measures a video with ffprobe and ffmpeg: frames, lengths, and whether its sound is the one it should be.
import { execFile, spawnSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import type { Tools } from '../../src/media/tool.ts'
import { FFMPEG } from '../support/shipped-tools.ts'
import type { TestFolder } from '../support/test-folder.ts'

const run = promisify(execFile)

export interface VideoFacts {
  readonly width: number
  readonly height: number
  readonly frames: number
  readonly videoSeconds: number
  readonly audioSeconds: number
}

export async function probeVideo(
  bytes: Uint8Array,
  files: TestFolder,
  tools: Pick<Tools, 'ffprobe'>,
): Promise<VideoFacts> {
  const path = files.path('probed.mp4')
  await writeFile(path, bytes)
  return probeVideoFile(path, tools)
}

export function probeVideoFile(path: string, { ffprobe }: Pick<Tools, 'ffprobe'>): VideoFacts {
  const args = ['-v', 'error', '-count_packets', '-show_streams', '-of', 'json', path]
  const { streams } = JSON.parse(spawnSync(ffprobe.path, args, { encoding: 'utf8' }).stdout) as {
    streams: Record<string, string>[]
  }
  const of = (type: string) => streams.find(({ codec_type }) => codec_type === type) ?? {}
  return {
    width: Number(of('video').width),
    height: Number(of('video').height),
    frames: Number(of('video').nb_read_packets),
    videoSeconds: Number(of('video').duration),
    audioSeconds: Number(of('audio').duration),
  }
}

/** A hash of each decoded frame, in order. */
export async function frameHashes(path: string): Promise<readonly string[]> {
  const args = ['-v', 'error', '-i', path, '-map', '0:v:0', '-f', 'framemd5', '-']
  const { stdout } = await run(FFMPEG, args, { maxBuffer: 1e8 })
  const lines = stdout.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return lines.map((line) => line.split(',').at(-1)!.trim())
}

const SAMPLE_RATE = 8000
/** An encoder may shift the sound by a little; more is heard as lips that are late. */
const MAX_LAG_SAMPLES = 80

/** How alike the sound of `path` and the sum of others are at the best lag of up to 10 ms: 1 is the same. */
export function soundLikeness(
  path: string,
  originals: readonly string[],
  seconds: number,
  tools: Tools,
): number {
  const made = decode(path, seconds, tools)
  const wanted = new Float64Array(made.length)
  for (const original of originals) {
    decode(original, seconds, tools).forEach((value, index) => {
      if (index < wanted.length) wanted[index]! += value
    })
  }
  let best = -1
  for (let lag = -MAX_LAG_SAMPLES; lag <= MAX_LAG_SAMPLES; lag += 1) {
    best = Math.max(best, correlation(made, wanted, lag))
  }
  return best
}

function decode(path: string, seconds: number, { ffmpeg }: Tools): Int16Array {
  const args = ['-v', 'error', '-i', path, '-t', String(seconds), '-vn', '-ac', '1']
  const output = ['-ar', String(SAMPLE_RATE), '-f', 's16le', '-']
  const { stdout } = spawnSync(ffmpeg.path, [...args, ...output], { maxBuffer: 1e8 })
  return new Int16Array(stdout.buffer, stdout.byteOffset, Math.floor(stdout.length / 2))
}

function correlation(a: ArrayLike<number>, b: ArrayLike<number>, lag: number): number {
  let [ab, aa, bb] = [0, 0, 0]
  const end = Math.min(a.length, b.length - lag)
  for (let index = Math.max(0, -lag); index < end; index += 1) {
    const [x, y] = [a[index]!, b[index + lag]!]
    ab += x * y
    aa += x * x
    bb += y * y
  }
  return ab / Math.sqrt(aa * bb || 1)
}
