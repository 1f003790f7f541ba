// VideoHelperSuite and the core's video nodes: the properties of a loaded video, and real MP4s with the names and lengths of the
// real nodes.
import { createHash } from 'node:crypto'
import { mkdir, readdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { combinedFrames } from './combined-frames.ts'
import { imagesOf } from './nodes-images.ts'
import { readAudio } from './nodes-sound.ts'
import { type NodeBehaviour, type NodeCall, NodeError, type NodeResult } from './run-context.ts'
import { type Audio, type Images, OPAQUE, ofKind, toNumber, toText } from './values.ts'

const PIXELS_OF_WAN = 8
/** Frames between two checks for an interrupt. */
const FRAMES_AT_ONCE = 25

export const VIDEO_NODES: Readonly<Record<string, NodeBehaviour>> = {
  VHS_LoadVideo: loadVideo,
  VHS_VideoInfo: ({ inputs }) => ({
    outputs: ofKind(inputs.video_info, 'video_info')?.numbers ?? [],
  }),
  VHS_VideoCombine: combine,
  PreviewImage: previewImage,
}

/** A file as history and `executed` describe it. */
export interface OutputFile {
  readonly filename: string
  readonly subfolder: string
  readonly type: 'output' | 'temp'
  readonly [name: string]: unknown
}

async function loadVideo({ inputs, run }: NodeCall): Promise<NodeResult> {
  const file = run.findFile(toText(inputs.video))
  if (file === null) throw new NodeError('ValueError', 'video is not a valid path')
  const source = await run.media.picture(file, run.signal)
  const seconds = source.frames / source.fps
  const fps = toNumber(inputs.force_rate, 0) || source.fps
  const isWan = inputs.format === 'Wan'
  const everyNth = toNumber(inputs.select_every_nth, 1)
  const all = Math.round(seconds * fps) - toNumber(inputs.skip_first_frames, 0)
  const cap = toNumber(inputs.frame_load_cap, 0)
  const counted = Math.min(Math.ceil(all / everyNth), cap > 0 ? cap : Number.POSITIVE_INFINITY)
  const frames = isWan ? Math.trunc((counted - 1) / 4) * 4 + 1 : counted
  const unit = isWan ? PIXELS_OF_WAN : 1
  const width = Math.round((toNumber(inputs.custom_width, 0) || source.width) / unit) * unit
  const height = Math.round((toNumber(inputs.custom_height, 0) || source.height) / unit) * unit
  const bar = run.bar(counted)
  for (let frame = 1; frame <= counted; frame += 1) bar.update(frame)
  const loadedFps = fps / everyNth
  const numbers = [
    ...[source.fps, source.frames, seconds, source.width, source.height],
    ...[loadedFps, frames, frames / loadedFps, width, height],
  ]
  const images: Images = { kind: 'images', width, height, frames, file }
  const sound = await run.media.sound(file, run.signal)
  const audio = sound === null ? OPAQUE : await readAudio(file, run)
  return { outputs: [images, frames, audio, { kind: 'video_info', numbers }] }
}

async function combine({ id, inputs, run }: NodeCall): Promise<NodeResult> {
  const images = imagesOf(inputs.images)
  const audio = ofKind(inputs.audio, 'audio')
  const type = inputs.save_output === false ? 'temp' : 'output'
  const { folder, subfolder, stem } = await nextName(
    run.folders[type],
    toText(inputs.filename_prefix, 'AnimateDiff'),
  )
  const frameRate = toNumber(inputs.frame_rate, 8)
  const silent = join(folder, `${stem}.mp4`)
  const bar = run.bar(images.frames)
  const written = run.media.writeVideo({
    images,
    frameRate,
    crf: toNumber(inputs.crf, 19),
    pixelFormat: toText(inputs.pix_fmt, 'yuv420p'),
    file: silent,
    firstFrame: join(folder, `${stem}.png`),
    signal: run.signal,
  })
  // The failure is handled at the await below: until then it must not count as unhandled.
  written.catch(() => undefined)
  for (let frame = 1; frame <= images.frames; frame += 1) {
    bar.update(frame)
    if (frame % FRAMES_AT_ONCE === 1) {
      await run.reached(0.95 + 0.04 * (frame / images.frames))
      await run.pause(FRAMES_AT_ONCE * run.speed.msPerFrame)
    }
  }
  await written
  const named = { folder, stem }
  const filename =
    audio === null
      ? `${stem}.mp4`
      : await addSound(run, named, {
          audio,
          images,
          frameRate,
          trim: inputs.trim_to_audio === true,
        })
  const file: OutputFile = {
    filename,
    subfolder,
    type,
    format: toText(inputs.format, 'video/h264-mp4'),
    frame_rate: frameRate,
    workflow: `${stem}.png`,
    fullpath: join(folder, filename),
  }
  await run.reached(0.99)
  return { outputs: [`${id}:${filename}`], ui: { gifs: [file] } }
}

async function addSound(
  run: NodeCall['run'],
  { folder, stem }: { readonly folder: string; readonly stem: string },
  sound: {
    readonly audio: Audio
    readonly images: Images
    readonly frameRate: number
    readonly trim: boolean
  },
): Promise<string> {
  const filename = `${stem}-audio.mp4`
  const { audio, images, frameRate, trim } = sound
  const videoSeconds = images.frames / frameRate
  const length = {
    frames: combinedFrames(images.frames, frameRate, { seconds: audio.seconds, trim }),
    seconds: trim ? Math.min(audio.seconds, videoSeconds) : videoSeconds,
  }
  await run.media.addSound(
    join(folder, `${stem}.mp4`),
    audio,
    length,
    join(folder, filename),
    run.signal,
  )
  return filename
}

/** The number after the highest existing one: two servers over one folder would use the same. */
export async function nextName(
  base: string,
  prefix: string,
): Promise<{ folder: string; subfolder: string; stem: string }> {
  const subfolder = dirname(prefix) === '.' ? '' : dirname(prefix)
  const folder = join(base, subfolder)
  await mkdir(folder, { recursive: true })
  const name = basename(prefix)
  const numbers = (await readdir(folder)).flatMap((file) =>
    file.startsWith(`${name}_`) ? Number.parseInt(file.slice(name.length + 1), 10) || 0 : [],
  )
  const number = Math.max(0, ...numbers) + 1
  return { folder, subfolder, stem: `${name}_${String(number).padStart(5, '0')}` }
}

async function previewImage({ inputs, run }: NodeCall): Promise<NodeResult> {
  const images = imagesOf(inputs.images)
  // The real node chooses five letters at its start: here they follow from the folder, so that numbers continue.
  const letters = createHash('sha256').update(run.folders.temp).digest('hex').slice(0, 5)
  const { folder, stem } = await nextName(run.folders.temp, `ComfyUI_temp_${letters}`)
  const first = Number(stem.slice(-5))
  const files: OutputFile[] = []
  for (let frame = 0; frame < images.frames; frame += 1) {
    const number = String(first + frame).padStart(5, '0')
    const filename = `ComfyUI_temp_${letters}_${number}_.png`
    await run.media.writeFirstFrame(images, join(folder, filename), run.signal)
    files.push({ filename, subfolder: '', type: 'temp' })
  }
  return { outputs: [], ui: { images: files } }
}
