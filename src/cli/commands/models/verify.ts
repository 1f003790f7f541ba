// `infinitetalk models verify`: checks the model files of a set. Exit code 1 when one is missing or wrong.
import { DEFAULT_MODELS_SET } from '@infinitetalk/contract'
import { AppError } from '../../../domain/errors.ts'
import type { CommandDefinition, Invocation, OptionDefinitions } from '../../command.ts'
import { printModel } from '../../print-model.ts'
import { createPullDisplay } from '../../pull-display.ts'
import { CHOICE_OPTIONS, choiceOf, FOLDER_OPTIONS, openModels } from './models-options.ts'

const OPTIONS = {
  ...CHOICE_OPTIONS,
  ...FOLDER_OPTIONS,
  deep: { help: 'Read and hash every byte.' },
} satisfies OptionDefinitions

export const command: CommandDefinition<typeof OPTIONS> = {
  description:
    'Checks that each model file of the set is present and correct: by size, date and format, or with --deep by reading ' +
    'and hashing every byte again. Deletes nothing.',
  options: OPTIONS,
  examples: ['infinitetalk models verify', 'infinitetalk models verify --deep --set all'],
  run: runVerify,
}

async function runVerify(invocation: Invocation<typeof OPTIONS>): Promise<void> {
  const { options, terminal, services, signal } = invocation
  const library = await openModels(invocation)
  const choice = choiceOf(options, DEFAULT_MODELS_SET)
  const display = createPullDisplay(terminal, await library.list(choice), services.nowMs)
  const verified = await library
    .verify({
      choice,
      deep: options.deep,
      signal,
      onProgress: (model, doneBytes, totalBytes) =>
        display.show({ type: 'progress', model, stage: 'verifying', doneBytes, totalBytes }),
    })
    .finally(() => display.close())
  for (const status of verified) printModel(terminal, status)
  const faulty = verified.filter(({ state }) => state !== 'present' && state !== 'unverified')
  if (faulty.length === 0) return
  const names = faulty.map(({ model }) => model.name).join(', ')
  const isAbsence = faulty.every(({ state }) => state === 'missing' || state === 'partial')
  throw new AppError(isAbsence ? 'model_missing' : 'model_damaged', `Missing or wrong: ${names}.`)
}
