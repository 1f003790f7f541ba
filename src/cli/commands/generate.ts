// `infinitetalk generate`: the way from a picture and a voice to a talking video, on this machine, without a server.
import { resolve } from 'node:path'
import type { GeneratedFile } from '../../app/generate-to-file.ts'
import { STANDARD_INPUT } from '../../app/generate-to-file.ts'
import { AppError } from '../../domain/errors.ts'
import type { CommandDefinition, Invocation, ParsedArguments } from '../command.ts'
import { createProgressDisplay } from '../progress-display.ts'
import { sourceArgument } from '../source-argument.ts'
import { printJson, printLine, printWarning, type Terminal } from '../terminal.ts'

const DEFAULT_OUTPUT = 'talking.mp4'

export const generateCommand: CommandDefinition = {
  name: 'generate',
  summary: 'Make a talking video from a picture and a voice.',
  description:
    'Makes a talking video from a picture and a voice. Inputs are files, http(s) URLs, or - for standard input. ' +
    'Without a GPU engine the embedded preview engine animates the picture on the CPU.',
  positionals: [],
  options: [
    {
      name: 'image',
      short: 'i',
      value: 'FILE',
      help: 'The picture: JPEG, PNG, WebP, AVIF, GIF or HEIC.',
    },
    {
      name: 'audio',
      short: 'a',
      value: 'FILE',
      help: 'The voice: any audio file, or a video with sound.',
    },
    {
      name: 'output',
      short: 'o',
      value: 'FILE',
      help: `The video to write (default ${DEFAULT_OUTPUT}).`,
    },
    { name: 'force', help: 'Replace the output when it exists.' },
    { name: 'poster', value: 'FILE', help: 'Also write a still of the video (.jpg).' },
    {
      name: 'prompt',
      short: 'p',
      value: 'TEXT',
      help: 'What the video shows. The preview engine ignores it.',
    },
    {
      name: 'width',
      short: 'w',
      value: 'PIXELS',
      help: 'Width, rounded down to a multiple of 16.',
    },
    {
      name: 'height',
      short: 'H',
      value: 'PIXELS',
      help: 'Height, rounded down to a multiple of 16.',
    },
    {
      name: 'resolution',
      value: 'SIZE',
      help: '480p (default) or 720p, in the shape of the picture.',
    },
    {
      name: 'aspect-ratio',
      value: 'W:H',
      help: 'Shape of the video, such as 9:16, with --resolution.',
    },
    {
      name: 'fit',
      value: 'HOW',
      help: 'Other shape than the picture: face (default), crop or pad.',
    },
    { name: 'face', value: 'N', help: 'Which face speaks; "infinitetalk faces" lists them.' },
    { name: 'face-crop', help: 'Zoom in on the face.' },
    { name: 'label', help: 'Burn a small caption in: AI-made preview.' },
    { name: 'max-frames', value: 'N', help: 'At most this many frames (25 a second).' },
    { name: 'seed', value: 'N', help: 'Same seed, same video. Random when not given.' },
    { name: 'engine', value: 'NAME', help: 'preview. Chosen for you when not given.' },
  ],
  examples: [
    'infinitetalk generate -i portrait.png -a speech.wav -o talking.mp4',
    'infinitetalk generate -i group.jpg --face 1 --face-crop -a voice.mp3',
    'cat voice.ogg | infinitetalk generate -i portrait.png -a - --resolution 720p',
  ],
  run: runGenerate,
}

async function runGenerate({
  arguments: given,
  terminal,
  services,
  signal,
}: Invocation): Promise<void> {
  const spec = services.acceptRequest(requestFrom(given, services.currentFolder))
  const overwrite = given.flag('force')
  const poster = given.text('poster')
  const display = createProgressDisplay(terminal, () => services.nowMs())
  try {
    const video = await services.generateToFile({
      spec,
      output: {
        path: resolve(services.currentFolder, outputName(given)),
        overwrite,
      },
      poster:
        poster === undefined ? null : { path: resolve(services.currentFolder, poster), overwrite },
      standardInput: terminal.stdin,
      signal,
      onProgress: (report) => display.show(report),
    })
    display.close()
    printResult(terminal, video, outputName(given))
  } finally {
    display.close()
  }
}

function outputName(given: ParsedArguments): string {
  const name = given.text('output') ?? DEFAULT_OUTPUT
  if (!name.toLowerCase().endsWith('.mp4')) {
    throw new AppError('usage', `The output must be an .mp4 file, and "${name}" is not.`)
  }
  return name
}

/** The same body the API takes, so that one parser judges both. */
function requestFrom(given: ParsedArguments, currentFolder: string): Record<string, unknown> {
  const image = given.text('image')
  const audio = given.text('audio')
  if (image === undefined || audio === undefined) {
    const missing = [image ?? '--image', audio ?? '--audio'].filter((name) => name.startsWith('--'))
    throw new AppError('usage', `"infinitetalk generate" needs ${missing.join(' and ')}.`)
  }
  if (image === STANDARD_INPUT && audio === STANDARD_INPUT) {
    throw new AppError('usage', 'Only one input can come from standard input.')
  }
  const faceIndex = wholeNumber(given, 'face')
  const face =
    faceIndex === undefined && !given.flag('face-crop')
      ? undefined
      : { index: faceIndex, crop: given.flag('face-crop') }
  return withoutUndefined({
    image: sourceArgument(image, currentFolder),
    audio: sourceArgument(audio, currentFolder),
    prompt: given.text('prompt'),
    width: wholeNumber(given, 'width'),
    height: wholeNumber(given, 'height'),
    resolution: given.text('resolution'),
    aspect_ratio: given.text('aspect-ratio'),
    fit: given.text('fit'),
    face: face === undefined ? undefined : withoutUndefined(face),
    label: given.flag('label') ? true : undefined,
    max_frames: wholeNumber(given, 'max-frames'),
    seed: wholeNumber(given, 'seed'),
    engine: given.text('engine'),
  })
}

function wholeNumber(given: ParsedArguments, name: string): number | undefined {
  const text = given.text(name)
  if (text === undefined) return undefined
  if (!/^\d{1,15}$/.test(text)) {
    throw new AppError('usage', `--${name} needs a whole number, and "${text}" is not one.`)
  }
  return Number(text)
}

function withoutUndefined(members: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined))
}

function printResult(terminal: Terminal, video: GeneratedFile, shownName: string): void {
  for (const warning of video.warnings) printWarning(terminal, warning)
  printJson(terminal, {
    event: 'result',
    path: video.path,
    poster: video.posterPath,
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

function formatBytes(bytes: number): string {
  if (bytes < 1_000_000) return `${Math.ceil(bytes / 1000)} kB`
  return `${(bytes / 1_000_000).toFixed(1)} MB`
}
