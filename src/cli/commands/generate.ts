// `infinitetalk generate`: the way from a picture and a voice to a talking video, on this machine, without a server.
import { resolve } from 'node:path'
import type { ProgressReport } from '../../app/progress-meter.ts'
import {
  COMFYUI_OPTIONS,
  comfyuiSettings,
  WORKFLOW_OPTION,
  workflowArgument,
} from '../comfyui-options.ts'
import type { CommandDefinition, Invocation, ParsedArguments } from '../command.ts'
import { MEDIA_OPTIONS, mediaArguments } from '../media-options.ts'
import { outputName, printVideo } from '../print-video.ts'
import { createProgressDisplay } from '../progress-display.ts'
import { VIDEO_OPTIONS, videoMembers } from '../request-options.ts'
import { SAMPLING_OPTIONS, samplingMembers } from '../sampling-options.ts'
import { sourceArgument } from '../source-argument.ts'

const DEFAULT_OUTPUT = 'talking.mp4'

export const generateCommand: CommandDefinition = {
  description:
    'Makes a talking video from a picture (or a video) and a voice. Inputs are files, http(s) URLs, or - for standard ' +
    'input. With ComfyUI (--comfyui-url or --comfyui-dir) InfiniteTalk renders it; without, the embedded preview engine ' +
    'animates the picture on the CPU.',
  positionals: [],
  options: [
    ...MEDIA_OPTIONS,
    {
      name: 'output',
      short: 'o',
      value: 'FILE',
      help: `The video to write (default ${DEFAULT_OUTPUT}).`,
    },
    { name: 'force', help: 'Replace the output when it exists.' },
    { name: 'poster', value: 'FILE', help: 'Also write a still of the video (.jpg).' },
    ...VIDEO_OPTIONS,
    {
      name: 'engine',
      value: 'NAME',
      help: 'The engine that renders; the best configured one by default. An unknown name lists those that are there.',
    },
    WORKFLOW_OPTION,
    ...COMFYUI_OPTIONS,
    ...SAMPLING_OPTIONS,
  ],
  examples: [
    'infinitetalk generate -i portrait.png -a speech.wav -o talking.mp4',
    'infinitetalk generate -i group.jpg --face 1 --face-crop -a voice.mp3',
    'infinitetalk generate --comfyui-url http://gpu:8188 -v clip.mp4 -a dubbed.wav',
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
  const workflow = workflowArgument(given, services.currentFolder)
  const body = requestFrom(given, workflow.name, services.currentFolder)
  const spec = await services.acceptRequest(body)
  const name = outputName(given, DEFAULT_OUTPUT)
  const overwrite = given.flag('force')
  const poster = given.text('poster')
  const display = createProgressDisplay(terminal, () => services.nowMs())
  try {
    const request = {
      spec,
      output: { path: resolve(services.currentFolder, name), overwrite },
      poster:
        poster === undefined ? null : { path: resolve(services.currentFolder, poster), overwrite },
      standardInput: terminal.stdin,
      signal,
      onProgress: (report: ProgressReport) => display.show(report),
    }
    const settings = { ...comfyuiSettings(given), ...workflow.settings }
    const video = await services.generateToFile(request, settings)
    display.close()
    printVideo(terminal, video, name, { poster: video.posterPath })
  } finally {
    display.close()
  }
}

/** The same body the API takes, so that one parser judges both. */
function requestFrom(
  given: ParsedArguments,
  workflow: string | undefined,
  currentFolder: string,
): Record<string, unknown> {
  const { kind, visual, voices } = mediaArguments(given)
  const [voice, ...others] = voices.map(({ source, box }) => ({
    ...sourceArgument(source, currentFolder),
    ...(box === null ? {} : { box }),
  }))
  return {
    ...videoMembers(given),
    ...samplingMembers(given),
    ...(workflow === undefined ? {} : { workflow }),
    [kind]: sourceArgument(visual, currentFolder),
    audio: others.length === 0 ? voice : [voice, ...others],
  }
}
