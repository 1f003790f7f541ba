// `infinitetalk generate`: the way from a picture and a voice to a talking video, on this machine, without a server.
import { resolve } from 'node:path'
import { STANDARD_INPUT } from '../../app/generate-to-file.ts'
import { AppError } from '../../domain/errors.ts'
import type { CommandDefinition, Invocation, ParsedArguments } from '../command.ts'
import { outputName, printVideo } from '../print-video.ts'
import { createProgressDisplay } from '../progress-display.ts'
import { VIDEO_OPTIONS, videoMembers } from '../request-options.ts'
import { sourceArgument } from '../source-argument.ts'

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
    ...VIDEO_OPTIONS,
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
  const name = outputName(given, DEFAULT_OUTPUT)
  const overwrite = given.flag('force')
  const poster = given.text('poster')
  const display = createProgressDisplay(terminal, () => services.nowMs())
  try {
    const video = await services.generateToFile({
      spec,
      output: {
        path: resolve(services.currentFolder, name),
        overwrite,
      },
      poster:
        poster === undefined ? null : { path: resolve(services.currentFolder, poster), overwrite },
      standardInput: terminal.stdin,
      signal,
      onProgress: (report) => display.show(report),
    })
    display.close()
    printVideo(terminal, video, name, { poster: video.posterPath })
  } finally {
    display.close()
  }
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
  return {
    image: sourceArgument(image, currentFolder),
    audio: sourceArgument(audio, currentFolder),
    ...videoMembers(given),
  }
}
