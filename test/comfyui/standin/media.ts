// The stand-in's real media: measures uploads, writes real videos. Cheap on purpose: a still picture (or the uploaded video) with a
// dot that moves with each frame, fastest preset.
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { extname } from 'node:path'
import { promisify } from 'node:util'
import { shippedTools } from '../../support/shipped-tools.ts'
import type { Audio, Images } from './values.ts'

const run = promisify(execFile)
const MAX_OUTPUT_BYTES = 512 * 1024 * 1024
const FEATURE_RATE = 16_000

export interface SoundFacts {
  readonly seconds: number
  readonly sampleRate: number
}

export interface PictureFacts {
  readonly width: number
  readonly height: number
  readonly frames: number
  readonly fps: number
}

/** The result of ffprobe; `streams` is null when the file is not media. */
interface Probe {
  readonly streams: readonly Stream[] | null
}

interface Stream {
  readonly codec_type?: string
  readonly sample_rate?: string
  readonly width?: number
  readonly height?: number
  readonly r_frame_rate?: string
  readonly nb_read_packets?: string
}

export interface VideoRequest {
  readonly images: Images
  readonly frameRate: number
  readonly crf: number
  readonly pixelFormat: string
  readonly file: string
  /** A picture of the first frame. */
  readonly firstFrame: string
  readonly signal: AbortSignal
}

export class Media {
  #tools: Promise<{ readonly ffmpeg: string; readonly ffprobe: string }> | null = null
  /** By the bytes of the file: the same voice is decoded once, however often it is uploaded. */
  readonly #seconds = new Map<string, number>()
  readonly #probes = new Map<string, Probe>()

  /** Null: the file has no sound. @throws NotMedia */
  async sound(file: string, signal: AbortSignal): Promise<SoundFacts | null> {
    const { streams } = await this.#probe(file, signal)
    if (streams === null) throw new NotMedia(file)
    const stream = streams.find((one) => one.codec_type === 'audio')
    if (stream === undefined) return null
    return {
      seconds: await this.#decodedSeconds(file, signal),
      sampleRate: Number(stream.sample_rate),
    }
  }

  /** @throws NotMedia also when the file holds only sound */
  async picture(file: string, signal: AbortSignal): Promise<PictureFacts> {
    const { streams } = await this.#probe(file, signal)
    const stream = streams?.find((one) => one.codec_type === 'video')
    // A text file named .png has a stream, too: one without a size.
    if (!stream?.width || !stream.height) throw new NotMedia(file)
    const [top, bottom] = (stream.r_frame_rate ?? '25/1').split('/').map(Number)
    return {
      width: stream.width,
      height: stream.height,
      frames: Math.max(1, Number(stream.nb_read_packets ?? 1)),
      fps: (top ?? 25) / (bottom ?? 1),
    }
  }

  /** A video without sound of exactly `images.frames` frames. */
  async writeVideo(request: VideoRequest): Promise<void> {
    const { images, frameRate, crf, pixelFormat, file, firstFrame, signal } = request
    const graph = [
      `[0:v]fps=${frameRate},scale=${images.width}:${images.height},setsar=1[picture]`,
      `color=white:s=4x4:r=${frameRate}[dot]`,
      `[picture][dot]overlay=x='mod(n*4,${Math.max(4, images.width - 4)})':y=${images.height - 4},split[video][first]`,
    ].join(';')
    await this.#ffmpeg(
      [
        ...pictureInput(images, frameRate),
        ...['-filter_complex', graph, '-map', '[video]', '-frames:v', String(images.frames)],
        ...['-c:v', 'libx264', '-preset', 'ultrafast', '-crf', String(crf)],
        ...['-pix_fmt', pixelFormat, '-threads', '1', '-y', file],
        ...['-map', '[first]', '-frames:v', '1', firstFrame],
      ],
      signal,
    )
  }

  async writeFirstFrame(images: Images, file: string, signal: AbortSignal): Promise<void> {
    const scale = `scale=${images.width}:${images.height}`
    await this.#ffmpeg(
      [...pictureInput(images, 25), '-vf', scale, '-frames:v', '1', '-y', file],
      signal,
    )
  }

  /** The video with the first `frames` frames and the sound, cut or padded to `seconds`. */
  async addSound(
    silent: string,
    audio: Audio,
    { frames, seconds }: { readonly frames: number; readonly seconds: number },
    file: string,
    signal: AbortSignal,
  ): Promise<void> {
    const inputs = audio.files.flatMap((one) => ['-i', one])
    const joined =
      audio.files.length === 1
        ? '[1:a]anull'
        : audio.mix === 'add'
          ? `${audio.files.map((_, index) => `[${index + 1}:a]`).join('')}concat=n=${audio.files.length}:v=0:a=1`
          : mixed(audio.files.length)
    const graph = `${joined},aresample=${audio.sampleRate},apad,atrim=end=${seconds.toFixed(6)}[sound]`
    await this.#ffmpeg(
      [
        ...['-i', silent, ...inputs, '-filter_complex', graph, '-map', '0:v', '-map', '[sound]'],
        ...['-frames:v', String(frames), '-c:v', 'copy', '-c:a', 'aac', '-ac', '1'],
        ...['-y', file],
      ],
      signal,
    )
  }

  /** Counted after decoding, because LoadAudio does the same. */
  async #decodedSeconds(file: string, signal: AbortSignal): Promise<number> {
    const hash = createHash('sha256')
      .update(await readFile(file))
      .digest('hex')
    const known = this.#seconds.get(hash)
    if (known !== undefined) return known
    const { ffmpeg } = await this.#find()
    const pcm = ['-f', 's16le', '-ac', '1', '-ar', String(FEATURE_RATE), '-']
    const { stdout } = await run(ffmpeg, ['-v', 'error', '-i', file, '-vn', ...pcm], {
      encoding: 'buffer',
      maxBuffer: MAX_OUTPUT_BYTES,
      signal,
    })
    const seconds = stdout.length / 2 / FEATURE_RATE
    this.#seconds.set(hash, seconds)
    return seconds
  }

  async #probe(file: string, signal: AbortSignal): Promise<Probe> {
    // ffprobe judges unknown content by the name.
    const key = `${await contentHash(file)}${extname(file)}`
    const probe = this.#probes.get(key) ?? (await this.#probeAnew(file, signal))
    this.#probes.set(key, probe)
    return probe
  }

  async #probeAnew(file: string, signal: AbortSignal): Promise<Probe> {
    const { ffprobe } = await this.#find()
    const entries = 'stream=codec_type,sample_rate,width,height,r_frame_rate,nb_read_packets'
    try {
      const { stdout } = await run(
        ffprobe,
        ['-v', 'error', '-count_packets', '-show_entries', entries, '-of', 'json', file],
        { signal },
      )
      const { streams }: { streams?: readonly Stream[] } = JSON.parse(stdout)
      return { streams: streams ?? null }
    } catch (error) {
      signal.throwIfAborted()
      if (error instanceof SyntaxError) throw error
      return { streams: null }
    }
  }

  async #ffmpeg(args: readonly string[], signal: AbortSignal): Promise<void> {
    const { ffmpeg } = await this.#find()
    await run(ffmpeg, ['-v', 'error', '-nostdin', ...args], { signal })
  }

  #find(): Promise<{ readonly ffmpeg: string; readonly ffprobe: string }> {
    this.#tools ??= shippedTools().then(({ ffmpeg, ffprobe }) => ({
      ffmpeg: ffmpeg.path,
      ffprobe: ffprobe.path,
    }))
    return this.#tools
  }
}

/** The sum of all inputs: amix divides by their number, and by fewer once one has ended, so none ends. */
function mixed(inputs: number): string {
  const each = Array.from({ length: inputs }, (_, index) => index + 1)
  const endless = each.map((index) => `[${index}:a]apad[endless${index}]`).join(';')
  const names = each.map((index) => `[endless${index}]`).join('')
  return `${endless};${names}amix=inputs=${inputs},volume=${inputs}`
}

/** Loops a picture, and a video that is shorter than needed. */
function pictureInput(images: Images, frameRate: number): readonly string[] {
  if (images.file === null) {
    const size = `${images.width}x${images.height}`
    return ['-f', 'lavfi', '-i', `color=gray:s=${size}:r=${frameRate}`]
  }
  const isVideo = /\.(mp4|mkv|webm|mov|avi|gif)$/i.test(images.file)
  return isVideo
    ? ['-stream_loop', '-1', '-i', images.file]
    : ['-loop', '1', '-framerate', String(frameRate), '-i', images.file]
}

async function contentHash(file: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(file))
    .digest('hex')
}

export class NotMedia extends Error {}
