// `infinitetalk models pull`: the model files of the chosen sets, verified, into the models folder.
import { DEFAULT_MODELS_SET } from '@infinitetalk/contract'
import type { CommandDefinition, Invocation } from '../../command.ts'
import { InterruptedError } from '../../interrupts.ts'
import { formatBytes } from '../../print-video.ts'
import { createPullDisplay } from '../../pull-display.ts'
import { printJson, printLine } from '../../terminal.ts'
import { CHOICE_OPTIONS, choiceOf, FOLDER_OPTIONS, openModels } from './models-options.ts'

export const pullModelsCommand: CommandDefinition = {
  description:
    'Downloads the model files that the ComfyUI engine needs (about 34 GB for one speaker), over many connections, and ' +
    'verifies each by its SHA-256. Files that are there cost nothing. A download that was interrupted, killed or ' +
    'cut off goes on where it stopped when the command is run again.',
  positionals: [],
  options: [
    ...CHOICE_OPTIONS,
    ...FOLDER_OPTIONS,
    { name: 'force', help: 'Replace files that are there with other content.' },
  ],
  examples: [
    'infinitetalk models pull',
    'infinitetalk models pull --set multi --to /models',
    'HF_ENDPOINT=https://mirror.example infinitetalk models pull --set low-vram',
  ],
  run: runPull,
}

async function runPull(invocation: Invocation): Promise<void> {
  const { arguments: given, terminal, services, signal } = invocation
  const library = await openModels(invocation)
  const choice = choiceOf(given, DEFAULT_MODELS_SET)
  const models = await library.list(choice)
  const display = createPullDisplay(terminal, models, services.nowMs)
  try {
    const result = await library.pull({
      choice,
      force: given.flag('force'),
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
    const what = `${result.pulled} pulled (${formatBytes(result.receivedBytes)}), ${result.present} there already`
    printLine(terminal, `✅ ${library.folder}: ${what}`)
  } catch (error) {
    display.close()
    if (!signal.aborted) throw error
    throw new InterruptedError('What was received is kept: the same command goes on from there.', {
      cause: error,
    })
  }
}
