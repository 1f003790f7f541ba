// `infinitetalk models pull`: downloads and verifies the model files of the chosen sets.
import { DEFAULT_MODELS_SET } from '@infinitetalk/contract'
import type { CommandDefinition, Invocation, OptionDefinitions } from '../../command.ts'
import { InterruptedError } from '../../interrupts.ts'
import { formatBytes } from '../../print-video.ts'
import { createPullDisplay } from '../../pull-display.ts'
import { printJson, printLine } from '../../terminal.ts'
import { CHOICE_OPTIONS, choiceOf, FOLDER_OPTIONS, openModels } from './models-options.ts'

const OPTIONS = {
  ...CHOICE_OPTIONS,
  ...FOLDER_OPTIONS,
  force: { help: 'Replace existing files that have other content.' },
} satisfies OptionDefinitions

export const command: CommandDefinition<typeof OPTIONS> = {
  description:
    'Downloads the model files that the ComfyUI engine needs (about 34 GB for one speaker), over many connections, and ' +
    'verifies the SHA-256 of each. Existing files are not downloaded again. An interrupted download resumes when the command ' +
    'is run again.',
  options: OPTIONS,
  examples: [
    'infinitetalk models pull',
    'infinitetalk models pull --set multi --to /models',
    'HF_ENDPOINT=https://mirror.example infinitetalk models pull --set low-vram',
  ],
  run: runPull,
}

async function runPull(invocation: Invocation<typeof OPTIONS>): Promise<void> {
  const { options, terminal, services, signal } = invocation
  const library = await openModels(invocation)
  const choice = choiceOf(options, DEFAULT_MODELS_SET)
  const models = await library.list(choice)
  const display = createPullDisplay(terminal, models, services.nowMs)
  try {
    const result = await library.pull({
      choice,
      force: options.force,
      signal,
      onEvent: (event) => display.show(event),
    })
    display.close()
    printJson(terminal, {
      event: 'result',
      folder: library.folder,
      pulled: result.pulled,
      present: result.present,
      received_bytes: result.receivedBytes,
    })
    const what = `${result.pulled} pulled (${formatBytes(result.receivedBytes)}), ${result.present} already present`
    printLine(terminal, `✅ ${library.folder}: ${what}`)
  } catch (error) {
    display.close()
    if (!signal.aborted) throw error
    throw new InterruptedError(
      'The received data is kept: the same command resumes the download.',
      {
        cause: error,
      },
    )
  }
}
