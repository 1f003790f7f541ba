// `infinitetalk models list`: what there is to pull, and what of it is here.
import type { CommandDefinition, Invocation } from '../../command.ts'
import { printModel } from '../../print-model.ts'
import { printLine } from '../../terminal.ts'
import { CHOICE_OPTIONS, choiceOf, FOLDER_OPTIONS, openModels } from './models-options.ts'

export const listModelsCommand: CommandDefinition = {
  description:
    'Lists every model file of the manifest with its size and whether it is here. Reads no contents and asks nobody.',
  positionals: [],
  options: [...CHOICE_OPTIONS, ...FOLDER_OPTIONS],
  examples: ['infinitetalk models list', 'infinitetalk models list --set single --json'],
  run: runList,
}

async function runList(invocation: Invocation): Promise<void> {
  const { arguments: given, terminal } = invocation
  const library = await openModels(invocation)
  const models = await library.list(choiceOf(given))
  printLine(terminal, library.folder)
  for (const status of models) printModel(terminal, status)
}
