// `infinitetalk models list`: lists the models of the manifest and their state on this machine.
import type { CommandDefinition, Invocation } from '../../command.ts'
import { printModel } from '../../print-model.ts'
import { printLine } from '../../terminal.ts'
import { CHOICE_OPTIONS, choiceOf, FOLDER_OPTIONS, openModels } from './models-options.ts'

const OPTIONS = { ...CHOICE_OPTIONS, ...FOLDER_OPTIONS }

export const command: CommandDefinition<typeof OPTIONS> = {
  description:
    'Lists every model file of the manifest with its size and whether it is here. Reads no file contents and uses no network.',
  options: OPTIONS,
  examples: ['infinitetalk models list', 'infinitetalk models list --set single --json'],
  run: runList,
}

async function runList(invocation: Invocation<typeof OPTIONS>): Promise<void> {
  const { options, terminal } = invocation
  const library = await openModels(invocation)
  const models = await library.list(choiceOf(options))
  printLine(terminal, library.folder)
  for (const status of models) printModel(terminal, status)
}
