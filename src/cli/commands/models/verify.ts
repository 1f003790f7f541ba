// `infinitetalk models verify`: is every model what it must be? Exit code 1 when one is not.

import { DEFAULT_MODELS_SET } from '@infinitetalk/contract'
import { AppError } from '../../../domain/errors.ts'
import type { CommandDefinition, Invocation } from '../../command.ts'
import { printModel } from '../../print-model.ts'
import { createPullDisplay } from '../../pull-display.ts'
import { CHOICE_OPTIONS, choiceOf, FOLDER_OPTIONS, openModels } from './models-options.ts'

export const verifyModelsCommand: CommandDefinition = {
  description:
    'Checks that each model file of the set is here and what it must be: by size, date and format, or with --deep by ' +
    'reading and hashing every byte again. Removes nothing.',
  positionals: [],
  options: [
    ...CHOICE_OPTIONS,
    ...FOLDER_OPTIONS,
    { name: 'deep', help: 'Read and hash every byte.' },
  ],
  examples: ['infinitetalk models verify', 'infinitetalk models verify --deep --set all'],
  run: runVerify,
}

async function runVerify(invocation: Invocation): Promise<void> {
  const { arguments: given, terminal, services, signal } = invocation
  const library = await openModels(invocation)
  const choice = choiceOf(given, DEFAULT_MODELS_SET)
  const display = createPullDisplay(terminal, await library.list(choice), services.nowMs)
  const verified = await library
    .verify({
      choice,
      deep: given.flag('deep'),
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
  throw new AppError(
    isAbsence ? 'model_missing' : 'model_damaged',
    `Not as they must be: ${names}.`,
  )
}
