// `infinitetalk generate`: makes a talking video from a picture and a voice on this machine, without a hub.
import { resolve } from 'node:path'
import type { ProgressReport } from '../../app/progress-meter.ts'
import type { MemoryStep } from '../../domain/job.ts'
import { captionFiles } from '../caption-files.ts'
import {
  COMFYUI_OPTIONS,
  comfyuiSettings,
  WORKFLOW_OPTION,
  workflowArgument,
} from '../comfyui-options.ts'
import type { CommandDefinition, Invocation, OptionDefinitions } from '../command.ts'
import { MEDIA_OPTIONS, mediaArguments } from '../media-options.ts'
import { DEFAULT_OUTPUT, outputOf, outputOptions } from '../output-options.ts'
import { printVideo } from '../print-video.ts'
import { createProgressDisplay } from '../progress-display.ts'
import { VIDEO_OPTIONS, videoMembers } from '../request-options.ts'
import { SAMPLING_OPTIONS, samplingMembers } from '../sampling-options.ts'
import { sourceArgument } from '../source-argument.ts'
import { SPEECH_OPTIONS, textMember, turnMembers } from '../speech-options.ts'

const OPTIONS = {
  ...MEDIA_OPTIONS,
  ...SPEECH_OPTIONS,
  ...outputOptions(DEFAULT_OUTPUT),
  poster: { value: 'FILE', help: 'Also write a still of the video (.jpg).' },
  ...VIDEO_OPTIONS,
  engine: {
    value: 'NAME',
    help: 'The engine that renders; the best configured one by default. An unknown name lists all.',
  },
  ...WORKFLOW_OPTION,
  ...COMFYUI_OPTIONS,
  ...SAMPLING_OPTIONS,
} satisfies OptionDefinitions

export const command: CommandDefinition<typeof OPTIONS> = {
  description:
    'Makes a talking video from a picture (or a video) and a voice, or a text that is spoken. Inputs are files, http(s) URLs, or - for standard ' +
    'input. With ComfyUI (--comfyui-url or --comfyui-dir) InfiniteTalk renders it; without, the embedded preview engine ' +
    'animates the picture on the CPU.',
  options: OPTIONS,
  examples: [
    'infinitetalk generate -i portrait.png -a speech.wav -o talking.mp4',
    'infinitetalk generate -i portrait.png --text "Hello, it is me." --captions burn',
    'infinitetalk generate -i group.jpg --face 1 --face-crop -a voice.mp3',
    'infinitetalk generate --comfyui-url http://gpu:8188 -v clip.mp4 -a dubbed.wav',
    'cat voice.ogg | infinitetalk generate -i portrait.png -a - --resolution 720p',
  ],
  run: runGenerate,
}

async function runGenerate(invocation: Invocation<typeof OPTIONS>): Promise<void> {
  const { options, terminal, services, signal } = invocation
  const workflow = workflowArgument(options, services.currentFolder)
  const body = await requestFrom(invocation, workflow.name)
  const spec = await services.acceptRequest(body)
  const { poster } = options
  const output = outputOf(invocation, DEFAULT_OUTPUT)
  const display = createProgressDisplay(terminal, () => services.nowMs())
  try {
    const request = {
      spec,
      output,
      poster:
        poster === undefined
          ? null
          : { path: resolve(services.currentFolder, poster), overwrite: output.overwrite },
      captions: options.captions === undefined ? null : captionFiles(output),
      standardInput: terminal.stdin,
      signal,
      onProgress: (report: ProgressReport) => display.show(report),
      async onMemoryStep({ remedy, window, windowFrames }: MemoryStep) {
        const frames = windowFrames === undefined ? {} : { window_frames: windowFrames }
        const step = { remedy, window, ...frames }
        // Loaded when it is needed: every start of the command line would load the client.
        const { describeMemoryStep } = await import('@infinitetalk/client')
        display.note(describeMemoryStep(step), { type: 'memory', ...step })
      },
    }
    const settings = { ...comfyuiSettings(options), ...workflow.settings }
    const video = await services.generateToFile(request, settings)
    display.close()
    printVideo(terminal, video, output.shownName, { poster: video.posterPath })
  } finally {
    display.close()
  }
}

/** The body that the API takes, so one parser checks both. */
async function requestFrom(
  { options, services }: Invocation<typeof OPTIONS>,
  workflow: string | undefined,
): Promise<Record<string, unknown>> {
  const { currentFolder } = services
  const { kind, visual, voices } = mediaArguments(options)
  const text = await textMember({ options, services })
  const turns = turnMembers(options)
  const [voice, ...others] = voices.map(({ source, box }) => ({
    ...sourceArgument(source, currentFolder),
    ...(turns ?? (box === null ? {} : { box })),
  }))
  return {
    ...videoMembers(options),
    ...samplingMembers(options),
    ...(workflow === undefined ? {} : { workflow }),
    [kind]: sourceArgument(visual, currentFolder),
    audio: text ?? (others.length === 0 ? voice : [voice, ...others]),
  }
}
